// SPDX-License-Identifier: MIT
#include "network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <new>
#include <opencv2/core.hpp>

namespace geond::inference {
namespace {

core::Error model_error(std::string_view code, std::string detail) {
  return core::Error{core::ErrorKind::invalid_argument, code, std::move(detail)};
}

/// The cause alone: OpenCV's what() has the place in its sources and spans lines.
std::string cause_of(const std::exception& fault) {
  const auto* known = dynamic_cast<const cv::Exception*>(&fault);
  std::string cause = known != nullptr ? std::string(known->err) : std::string(fault.what());
  for (char& c : cause) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  constexpr std::size_t kLongest = 300;
  if (cause.size() > kLongest) cause.resize(kLongest);
  return cause;
}

bool all_finite(const std::vector<cv::Mat>& outputs) {
  for (const cv::Mat& output : outputs) {
    if (output.type() != CV_32F || !cv::checkRange(output.reshape(1, 1))) return false;
  }
  return true;
}

}  // namespace

core::Result<Network> Network::load(std::string_view onnx, std::string what) {
  try {
    cv::dnn::Net net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    if (net.empty()) {
      return model_error("model_not_loadable", fmt::format("{} holds no network.", what));
    }
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return Network(net, std::move(what));
  } catch (const std::bad_alloc&) {
    throw;  // No word on what the file is: for the caller to tell.
  } catch (const std::exception& fault) {
    return model_error(
        "model_not_loadable",
        fmt::format("{} is no ONNX network that OpenCV reads: {}", what, cause_of(fault)));
  }
}

core::Result<std::vector<cv::Mat>> Network::try_run(const cv::Mat& input,
                                                    const std::string& input_name,
                                                    const std::vector<std::string>& output_names) {
  std::string cause;
  // Want of memory is for the caller to tell.
  try {
    core::Result<std::vector<cv::Mat>> outputs = run(input, input_name, output_names);
    if (outputs) return outputs;
    return model_error("model_output_invalid", outputs.error().detail());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& fault) {
    cause = cause_of(fault);
  }
  // Without names the last layer runs: what fails now as well is not the names' fault.
  try {
    net_.setInput(input, input_name);
    net_.forward();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& fault) {
    return model_error("model_not_loadable",
                       fmt::format("{} does not run with the manifest's input `{}`: {}", what_,
                                   input_name, cause_of(fault)));
  }
  return model_error("model_output_mismatch", fmt::format("{} has no outputs named {}: {}", what_,
                                                          fmt::join(output_names, ", "), cause));
}

core::Result<std::vector<cv::Mat>> Network::run(const cv::Mat& input, const std::string& input_name,
                                                const std::vector<std::string>& output_names) {
  net_.setInput(input, input_name);
  std::vector<cv::Mat> outputs;
  net_.forward(outputs, output_names);
  if (!all_finite(outputs)) {
    return core::Error{core::ErrorKind::internal, "model_output_invalid",
                       fmt::format("{} gave a value that is not a finite number.", what_)};
  }
  // The engine reuses its buffers for the next run.
  for (cv::Mat& output : outputs) output = output.clone();
  return outputs;
}

}  // namespace geond::inference
