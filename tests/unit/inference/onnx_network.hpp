// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace geond::test {

/// Writes small ONNX files (onnx.proto3) for networks that geond does not ship: one input `x`, one
/// output `y`, all weights 0.
class OnnxNetwork {
 public:
  /// Adds a convolution over three channels; kernel and stride are rows, columns.
  OnnxNetwork& convolution(int channels, std::vector<int> kernel, const std::vector<int>& stride) {
    std::vector<int> shape = {channels, 3};
    shape.insert(shape.end(), kernel.begin(), kernel.end());
    const auto values = static_cast<std::size_t>(channels * 3 * kernel[0] * kernel[1]);
    std::string weights;
    for (const int side : shape) weights += number(1, side);
    weights += number(2, kFloat) + field(8, "weights") + field(9, std::string(4 * values, '\0'));
    graph_ += field(5, weights);
    return node("Conv", {"weights"},
                integers("kernel_shape", kernel) + integers("strides", stride));
  }

  /// Forces what came so far into one shape.
  OnnxNetwork& reshape(const std::vector<int>& shape) {
    std::string tensor = number(1, static_cast<int>(shape.size())) + number(2, kInt64);
    for (const int side : shape) tensor += number(7, side);
    graph_ += field(5, tensor + field(8, "shape"));
    return node("Reshape", {"shape"});
  }

  /// Adds an operation without settings.
  OnnxNetwork& operation(const std::string& type) { return node(type, {}); }

  /// The file. `input`: the shape of `x`; what the file says of `y` is not looked at.
  std::string bytes(const std::vector<int>& input) const {
    const std::string graph = graph_ + node_text("Identity", {latest_}, "y", "") +
                              field(2, "test") + field(11, value("x", input)) +
                              field(12, value("y", {1}));
    constexpr int kIrVersion = 7;
    constexpr int kOperators = 11;
    return number(1, kIrVersion) + field(8, field(1, "") + number(2, kOperators)) + field(7, graph);
  }

 private:
  static constexpr int kFloat = 1;
  static constexpr int kInt64 = 7;
  static constexpr int kIntegers = 7;

  static std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7U) bytes += static_cast<char>(value | 0x80U);
    return bytes + static_cast<char>(value);
  }
  static std::string number(unsigned tag, std::int64_t value) {
    return varint(tag << 3U) + varint(static_cast<std::uint64_t>(value));
  }
  static std::string field(unsigned tag, std::string_view bytes) {
    return varint((tag << 3U) | 2U) + varint(bytes.size()) + std::string(bytes);
  }

  static std::string integers(const std::string& name, const std::vector<int>& values) {
    std::string attribute = field(1, name);
    for (const int value : values) attribute += number(8, value);
    return field(5, attribute + number(20, kIntegers));
  }
  static std::string value(const std::string& name, const std::vector<int>& shape) {
    std::string sides;
    for (const int side : shape) sides += field(1, number(1, side));
    return field(1, name) + field(2, field(1, number(1, kFloat) + field(2, sides)));
  }
  static std::string node_text(const std::string& type, const std::vector<std::string>& inputs,
                               const std::string& output, const std::string& attributes) {
    std::string text;
    for (const std::string& input : inputs) text += field(1, input);
    return field(1, text + field(2, output) + field(3, output) + field(4, type) + attributes);
  }

  OnnxNetwork& node(const std::string& type, std::initializer_list<std::string> weights,
                    const std::string& attributes = "") {
    std::vector<std::string> inputs = {latest_};
    inputs.insert(inputs.end(), weights);
    latest_ = "after " + type;
    graph_ += node_text(type, inputs, latest_, attributes);
    return *this;
  }

  std::string graph_;
  std::string latest_ = "x";
};

}  // namespace geond::test
