// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <set>

#include "furnisher.hpp"

namespace geond::rendering {

// Passes things on from another furnisher and remembers as what each was had: what tells a scene,
// and what people sit on, is known by that.
class NotingFurnisher : public Furnisher {
 public:
  // `furnisher` must outlive this one.
  explicit NotingFurnisher(Furnisher& furnisher) : furnisher_(furnisher) {}
  ModelPtr get(Thing thing, Random& random) override;
  // One piece of furniture may be had as several things; what came from elsewhere is not in it.
  const std::map<ModelPtr, std::set<Thing>>& noted() const { return noted_; }
  bool was_had_as(const ModelPtr& model, const std::set<Thing>& any) const;

 private:
  Furnisher& furnisher_;
  std::map<ModelPtr, std::set<Thing>> noted_;
};

}  // namespace geond::rendering
