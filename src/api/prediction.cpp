// SPDX-License-Identifier: MIT
#include "prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "geond/api/lowest_threshold.hpp"
#include "geond/api/result_json.hpp"
#include "geond/http/json.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "geond/pipeline/predictor.hpp"
#include "input_reader.hpp"
#include "picture_upload.hpp"
#include "primitive_input.hpp"
#include "rendering_state.hpp"
#include "task_view.hpp"

namespace geond::api {
namespace {

using core::Result;
using nlohmann::json;

/// Three hundred primitives with every member take some 100 kB.
constexpr std::uint64_t kMaxPrimitiveBytes = 512 * 1024;

json reference_json(const catalog::Model& model) {
  return to_json(tasks::ModelReference{model.id, model.name, model.version, model.sha256});
}

core::Error too_many_predictions(std::size_t most) {
  return core::Error(core::ErrorKind::too_many_requests, "too_many_predictions",
                     fmt::format("One user may have {} predictions under way. Send more when some "
                                 "of yours are answered.",
                                 most));
}

http::Task<Answer> detect(Call call, catalog::Model model, std::optional<double> threshold) {
  UserSeats& seats = call.services.rendering.state().prediction_uploads;
  const auto seat = seats.take(call.user());
  if (!seat) co_return too_many_predictions(seats.most());
  auto reader = PictureReader::open(call, 1, OtherParts::refused);
  if (!reader) co_return reader.error();
  const auto found_picture = co_await reader->find_next();  // or an error: never nothing
  if (!found_picture) co_return found_picture.error();
  auto picture = co_await reader->read();
  if (!picture) co_return picture.error();
  const auto rest = co_await reader->find_next();  // a second picture is refused
  if (!rest) co_return rest.error();
  const auto pass =
      co_await call.services.rendering.state().predictions.enter(call.context, call.user().value);
  if (!pass) co_return pass.error();
  const pipeline::Predictor& predictor = call.services.predictor;
  // The file is never published, so it goes away with the upload.
  auto run = [&]() -> Result<pipeline::Detection> {
    const auto file = imaging::FileBytes::read(picture->file.descriptor());
    if (!file) return file.error();
    return predictor.detect(model.name, file->bytes(), threshold);
  };
  const auto found = co_await call.context.run_blocking(run);
  if (!found) co_return found.error();
  const json document = {
      {"model", reference_json(model)},
      {"image", to_json(found->image.upright)},
      {"threshold", found->threshold},
      {"primitives", to_json(found->candidates, found->image.upright, found->threshold)}};
  co_return http::Response::json(http::dump_json(document));
}

http::Task<Answer> classify(Call call, catalog::Model model, std::optional<double> threshold) {
  const auto body = co_await http::read_json(call.request, kMaxPrimitiveBytes);
  if (!body) co_return body.error();
  const auto input = read_primitives(*body);
  if (!input) co_return input.error();
  const double least = threshold.value_or(0);
  const auto pass =
      co_await call.services.rendering.state().predictions.enter(call.context, call.user().value);
  if (!pass) co_return pass.error();
  const pipeline::Predictor& predictor = call.services.predictor;
  auto run = [&] {
    return predictor.classify(model.name, input->primitives, input->picture, least);
  };
  const auto scores = co_await call.context.run_blocking(run);
  if (!scores) co_return scores.error();
  json document = {{"model", reference_json(model)}, {"threshold", least}};
  add_scene(document, {scores->scene, scores->probability, scores->scenes});
  co_return http::Response::json(http::dump_json(document));
}

}  // namespace

http::Task<Answer> predict(Call call) {
  const auto model = call.services.predictor.model(call.request.parameter("name"));
  if (!model) co_return model.error();
  const bool is_detection = model->record.kind == core::ModelKind::detection;
  QueryReader query(call.request);
  const auto threshold = query.number("threshold", is_detection ? kLowestThreshold : 0, 1);
  if (auto read = query.finish(); !read) co_return read.error();
  if (is_detection) {
    co_return co_await detect(call, model->record, threshold);
  }
  co_return co_await classify(call, model->record, threshold);
}

}  // namespace geond::api
