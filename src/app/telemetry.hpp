// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "geond/api/metrics.hpp"
#include "geond/api/services.hpp"
#include "geond/pipeline/notifier.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "stores.hpp"

// What a running server tells of itself: the figures of /metrics and the checks of readiness.
namespace geond::app {

/// Metrics that hear of every model run and every task that ends in `pipeline`, and take what is
/// the case when they are asked from `source`; the process was `started` then. To be made before
/// the pipeline starts, and to outlive it.
std::unique_ptr<api::Metrics> make_metrics(pipeline::Pipeline& pipeline,
                                           std::function<api::MetricsSnapshot()> source,
                                           core::Timestamp started);

/// What is the case now; `connections` is how many are open, `left_out` how many imported models
/// did not load.
api::MetricsSnapshot metrics_snapshot(const Stores& stores, const pipeline::Pipeline& pipeline,
                                      const pipeline::Notifier& notifier, std::size_t connections,
                                      std::size_t left_out);

/// The checks of readiness as they are now, of which one without a problem has passed: database,
/// disk and, which is told but keeps no server from being ready, the imported models, of which
/// `left_out` did not load. Looks, and changes nothing; waits for no other thread's work.
std::vector<api::ReadinessCheck> readiness_checks(const Stores& stores, std::size_t left_out);

}  // namespace geond::app
