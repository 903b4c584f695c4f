// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#if __has_include(<embree4/rtcore.h>)
#include <embree4/rtcore.h>
#define GEOND_EMBREE 4
#else
#include <embree3/rtcore.h>
#define GEOND_EMBREE 3
#endif

// The two Embree releases (3 in Debian 12, 4 in Debian 13) differ in how a query carries its own
// data to the filter functions; this hides it.
namespace geond::rendering {

#if GEOND_EMBREE == 4
using EmbreeContext = RTCRayQueryContext;
#else
using EmbreeContext = RTCIntersectContext;
#endif

// What all of Embree's scenes belong to, as long as the program runs. It has one thread:
// geond_training/render.py runs several programs side by side.
inline RTCDevice device() {
  static RTCDevice shared = rtcNewDevice("threads=1,set_affinity=0");
  return shared;
}

// Embree's context comes first, so that a filter may cast back to the whole.
struct RayQuery {
  EmbreeContext embree;
  uint32_t seed = 1;
  // Primary rays that ask what a pixel shows: half transparent things count as there.
  bool identifies = false;
};

inline void intersect(RTCScene scene, RayQuery& query, RTCRayHit& ray) {
#if GEOND_EMBREE == 4
  rtcInitRayQueryContext(&query.embree);
  RTCIntersectArguments arguments;
  rtcInitIntersectArguments(&arguments);
  arguments.context = &query.embree;
  rtcIntersect1(scene, &ray, &arguments);
#else
  rtcInitIntersectContext(&query.embree);
  rtcIntersect1(scene, &query.embree, &ray);
#endif
}

inline void occluded(RTCScene scene, RayQuery& query, RTCRay& ray) {
#if GEOND_EMBREE == 4
  rtcInitRayQueryContext(&query.embree);
  RTCOccludedArguments arguments;
  rtcInitOccludedArguments(&arguments);
  arguments.context = &query.embree;
  rtcOccluded1(scene, &ray, &arguments);
#else
  rtcInitIntersectContext(&query.embree);
  rtcOccluded1(scene, &query.embree, &ray);
#endif
}

}  // namespace geond::rendering
