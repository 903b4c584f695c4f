// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/dnn/dnn.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::inference {

/// A network made ready to run: the one place where geond meets OpenCV's engine. For one thread
/// at a time.
class Network {
 public:
  /// `onnx`: the file's bytes; `what` names it in errors.
  /// Errors: invalid_argument `model_not_loadable`. May throw std::bad_alloc.
  static core::Result<Network> load(std::string_view onnx, std::string what);

  /// Runs once to see that the network takes this input and has these outputs.
  /// Errors: invalid_argument `model_not_loadable`, `model_output_mismatch`,
  /// `model_output_invalid`. May throw std::bad_alloc.
  core::Result<std::vector<cv::Mat>> try_run(const cv::Mat& input, const std::string& input_name,
                                             const std::vector<std::string>& output_names);

  /// The outputs as float32 tensors, each with memory of its own.
  /// `input`: float32, 4 dimensions. Errors: internal `model_output_invalid` when a value is not
  /// finite. OpenCV's faults come as exceptions.
  core::Result<std::vector<cv::Mat>> run(const cv::Mat& input, const std::string& input_name,
                                         const std::vector<std::string>& output_names);

 private:
  Network(const cv::dnn::Net& net, std::string what) : net_(net), what_(std::move(what)) {}

  cv::dnn::Net net_;
  std::string what_;
};

}  // namespace geond::inference
