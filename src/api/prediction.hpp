// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"

namespace geond::api {

/// POST /api/v1/models/{name}/predict: a picture for a detector, primitives for a classifier.
http::Task<Answer> predict(Call call);

}  // namespace geond::api
