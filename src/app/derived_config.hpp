// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "geond/api/rendering.hpp"
#include "geond/api/services.hpp"
#include "geond/app/config.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/server.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "stores.hpp"

// What each part of the server is told of the configuration. Where a part has more settings than
// are derived here, the rest is wiring: whoever makes the part fills it in.
namespace geond::app {

/// Threads that run networks: a worker a core unless the operator says otherwise; 1 or more.
int worker_count(const ServeConfig& config);

/// How many predictions and password hashes the routes run at once.
api::RenderingPlaces rendering_places(const ServeConfig& config);

/// All but what is to happen on a fault of the disk.
StoresConfig stores_config(const ServeConfig& config);

/// `boot` tells this run of the process from others.
pipeline::PipelineConfig pipeline_config(const ServeConfig& config, const std::string& boot);

/// All but the models that were left out. `boot` as above.
api::Settings api_settings(const ServeConfig& config, const std::string& boot);

/// All but the observer. `inherited`: sockets to listen on in place of `config.listen`, unless
/// there are none (see take_inherited_sockets).
http::ServerConfig server_config(const ServeConfig& config, std::vector<int> inherited);

}  // namespace geond::app
