# SPDX-License-Identifier: MIT
"""The recipe behind geond's default models: pictures with labels in, ONNX models and cards out."""
