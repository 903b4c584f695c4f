// SPDX-License-Identifier: MIT
#include "noting.hpp"

#include <algorithm>

namespace geond::rendering {

ModelPtr NotingFurnisher::get(Thing thing, Random& random) {
  ModelPtr model = furnisher_.get(thing, random);
  noted_[model].insert(thing);
  return model;
}

bool NotingFurnisher::was_had_as(const ModelPtr& model, const std::set<Thing>& any) const {
  const auto found = noted_.find(model);
  return found != noted_.end() && std::any_of(found->second.begin(), found->second.end(),
                                              [&](Thing thing) { return any.contains(thing); });
}

}  // namespace geond::rendering
