#include "network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core/utils/logger.hpp>
#include <utility>

namespace geond::inference {
namespace {

core::Error not_loadable(std::string_view why) {
  return core::Error(core::ErrorKind::invalid_argument, "model_not_loadable",
                     fmt::format("OpenCV {} cannot load the network: {}. Export it as an ONNX file "
                                 "of the layers that OpenCV knows.",
                                 CV_VERSION, why));
}

bool is_finite(const cv::Mat& values) {
  const float* begin = values.ptr<float>();
  return std::all_of(begin, begin + values.total(), [](float v) { return std::isfinite(v); });
}

}  // namespace

core::Result<Network> Network::load(std::string_view onnx, std::string input_name,
                                    std::vector<std::string> output_names) {
  // What OpenCV would print on stderr comes back as an error instead.
  static const auto silenced =
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  static_cast<void>(silenced);
  try {
    Network network;
    network.net_ = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    if (network.net_.empty()) return not_loadable("it has no layers");
    network.net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    network.net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    network.input_name_ = std::move(input_name);
    network.output_names_.assign(output_names.begin(), output_names.end());
    return network;
  } catch (const cv::Exception& fault) {
    return not_loadable(fault.err.empty() ? fault.what() : fault.err);
  }
}

core::Result<std::vector<cv::Mat>> Network::run(const cv::Mat& input) {
  std::vector<cv::Mat> outputs;
  net_.setInput(input, input_name_);
  net_.forward(outputs, output_names_);
  for (std::size_t index = 0; index < outputs.size(); ++index) {
    const cv::Mat& output = outputs[index];
    if (output.depth() != CV_32F || !output.isContinuous() || !is_finite(output)) {
      return core::Error(core::ErrorKind::internal, "model_output_invalid",
                         fmt::format("Output \"{}\" of the network has values that are not finite.",
                                     output_names_[index]));
    }
  }
  return outputs;
}

}  // namespace geond::inference
