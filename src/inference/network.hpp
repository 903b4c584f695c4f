#pragma once

#include <opencv2/dnn.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::inference {

/// The one place where a network is loaded and run. For one thread at a time.
class Network {
 public:
  /// `onnx`: the file's bytes. Errors: invalid_argument `model_not_loadable`.
  static core::Result<Network> load(std::string_view onnx, std::string input_name,
                                    std::vector<std::string> output_names);

  /// Runs on `input` (float32, NCHW). The outputs stand in the order of the names and stay valid
  /// until the next run. OpenCV's faults come as cv::Exception.
  /// Errors: internal `model_output_invalid` when a value is not finite.
  core::Result<std::vector<cv::Mat>> run(const cv::Mat& input);

 private:
  Network() = default;

  cv::dnn::Net net_;
  std::string input_name_;
  std::vector<cv::String> output_names_;
};

}  // namespace geond::inference
