// SPDX-License-Identifier: MIT
#include "tracer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace geond::rendering {
namespace {

constexpr float kOffset = 0.05f;
constexpr float kNear = 0.02f;
constexpr float kInvisible = 0.12f;
constexpr float kSolid = 0.95f;
// Stands for all light that came by more than one bounce.
const Vector3 kAmbient = Vector3::Constant(0.12f);

const uint8_t* texel(const Mesh& mesh, const Triangle& triangle, float u, float v) {
  const Surface& surface = mesh.surfaces[triangle.surface];
  if (!surface.texture || triangle.uv[0] < 0) return nullptr;
  const Vector2 at = mesh.uvs[triangle.uv[0]] * (1 - u - v) + mesh.uvs[triangle.uv[1]] * u +
                     mesh.uvs[triangle.uv[2]] * v;
  if (!std::isfinite(at.x()) || !std::isfinite(at.y())) return nullptr;
  return surface.texture->texel(at.x(), at.y());
}

// Holes in textures, and transparency by chance.
void filter(const RTCFilterFunctionNArguments* arguments) {
  if (arguments->N != 1 || !arguments->valid[0]) return;
  const auto* query = reinterpret_cast<const RayQuery*>(arguments->context);
  const auto* hit = reinterpret_cast<const RTCHit*>(arguments->hit);
  const auto* ray = reinterpret_cast<const RTCRay*>(arguments->ray);
  const auto& mesh = *static_cast<const Mesh*>(arguments->geometryUserPtr);
  const Triangle& triangle = mesh.triangles[hit->primID];
  const Surface& surface = mesh.surfaces[triangle.surface];
  if (surface.texture && surface.texture->has_holes) {
    const uint8_t* pixel = texel(mesh, triangle, hit->u, hit->v);
    if (pixel && is_see_through(pixel)) {
      arguments->valid[0] = 0;
      return;
    }
  }
  if (surface.opacity >= kSolid) return;
  if (query->identifies) {
    if (surface.opacity < kInvisible) arguments->valid[0] = 0;
    return;
  }
  const auto distance = static_cast<uint32_t>(ray->tfar * 1000);
  Random chance(query->seed + hit->primID * 747796405ULL + distance);
  if (chance.unit() > surface.opacity + 0.08f) arguments->valid[0] = 0;
}

bool needs_filter(const Mesh& mesh) {
  return std::any_of(mesh.surfaces.begin(), mesh.surfaces.end(), [](const Surface& surface) {
    return surface.opacity < kSolid || (surface.texture && surface.texture->has_holes);
  });
}

RTCScene acceleration_of(const Model& model) {
  if (model.acceleration) return static_cast<RTCScene>(model.acceleration.get());
  const Mesh& mesh = model.mesh;
  RTCScene scene = rtcNewScene(device());
  RTCGeometry geometry = rtcNewGeometry(device(), RTC_GEOMETRY_TYPE_TRIANGLE);
  void* vertices = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3,
                                           12, mesh.vertices.size());
  std::memcpy(vertices, mesh.vertices.data(), 12 * mesh.vertices.size());
  auto* indices = static_cast<unsigned*>(rtcSetNewGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 12, mesh.triangles.size()));
  for (const Triangle& triangle : mesh.triangles)
    for (int corner : triangle.vertex) *indices++ = static_cast<unsigned>(corner);
  rtcSetGeometryUserData(geometry, const_cast<Mesh*>(&mesh));
  if (needs_filter(mesh)) {
    rtcSetGeometryIntersectFilterFunction(geometry, filter);
    rtcSetGeometryOccludedFilterFunction(geometry, filter);
  }
  rtcCommitGeometry(geometry);
  rtcAttachGeometry(scene, geometry);
  rtcReleaseGeometry(geometry);
  rtcCommitScene(scene);
  model.acceleration = std::shared_ptr<void>(
      scene, [](void* owned) { rtcReleaseScene(static_cast<RTCScene>(owned)); });
  return scene;
}

void attach(RTCScene top, const Instance& instance) {
  const float c = std::cos(instance.yaw) * instance.scale,
              s = std::sin(instance.yaw) * instance.scale;
  const Vector3& p = instance.position;
  const float transform[12] = {c, 0, -s, 0, instance.scale, 0, s, 0, c, p.x(), p.y(), p.z()};
  RTCGeometry geometry = rtcNewGeometry(device(), RTC_GEOMETRY_TYPE_INSTANCE);
  rtcSetGeometryInstancedScene(geometry, acceleration_of(*instance.model));
  rtcSetGeometryTransform(geometry, 0, RTC_FORMAT_FLOAT3X4_COLUMN_MAJOR, transform);
  rtcCommitGeometry(geometry);
  rtcAttachGeometry(top, geometry);
  rtcReleaseGeometry(geometry);
}

void set_ray(RTCRay& ray, const Vector3& origin, const Vector3& direction, float far) {
  std::memset(&ray, 0, sizeof ray);
  ray.org_x = origin.x();
  ray.org_y = origin.y();
  ray.org_z = origin.z();
  ray.dir_x = direction.x();
  ray.dir_y = direction.y();
  ray.dir_z = direction.z();
  ray.tnear = kNear;
  ray.tfar = far;
  ray.mask = 0xffffffffU;
}

Vector3 cosine_direction(const Vector3& normal, Random& random) {
  const float u = random.unit(), angle = 2 * kPi * random.unit(), radius = std::sqrt(u);
  const Vector3 a = normal.unitOrthogonal(), b = normal.cross(a);
  return (a * (radius * std::cos(angle)) + b * (radius * std::sin(angle)) +
          normal * std::sqrt(1 - u))
      .normalized();
}

}  // namespace

Tracer::Tracer(const Scene& scene) : scene_(scene), top_(rtcNewScene(device())) {
  for (const Instance& instance : scene.instances()) attach(top_, instance);
  rtcCommitScene(top_);
}

Tracer::~Tracer() {
  rtcReleaseScene(top_);
}

void Tracer::shade_hit(const RTCRayHit& ray, const Vector3& origin, const Vector3& direction,
                       Hit& hit) const {
  const Instance& instance = scene_.instances()[ray.hit.instID[0]];
  const Mesh& mesh = instance.model->mesh;
  const size_t index = ray.hit.primID;
  const Triangle& triangle = mesh.triangles[index];
  const Surface& surface = mesh.surfaces[triangle.surface];
  const float u = ray.hit.u, v = ray.hit.v;
  const Matrix3 turn = turn_about_y(instance.yaw);
  hit.found = true;
  hit.distance = ray.ray.tfar;
  hit.point = origin + direction * hit.distance;
  Vector3 face = (turn * Vector3(ray.hit.Ng_x, ray.hit.Ng_y, ray.hit.Ng_z)).normalized();
  Vector3 smooth =
      turn * (mesh.corner_normals[3 * index] * (1 - u - v) +
              mesh.corner_normals[3 * index + 1] * u + mesh.corner_normals[3 * index + 2] * v);
  if (face.dot(direction) > 0) face = -face;
  if (smooth.dot(face) < 0) smooth = -smooth;
  hit.normal = smooth.norm() > 1e-6f ? smooth.normalized() : face;
  if (hit.normal.dot(direction) > -0.02f) hit.normal = face;
  if (const uint8_t* pixel = texel(mesh, triangle, u, v))
    hit.albedo = linear_colour(pixel);
  else
    hit.albedo =
        surface.pattern.at(turn.transpose() * (hit.point - instance.position) / instance.scale);
  hit.albedo = hit.albedo.cwiseProduct(instance.tint).cwiseMin(Vector3::Constant(0.9f));
  hit.emission = surface.glow;
  hit.specular = surface.specular;
  hit.gloss = surface.gloss;
  hit.part = instance.first_part + triangle.part;
}

void Tracer::hit_lights(const Vector3& origin, const Vector3& direction, Hit& hit) const {
  for (const AreaLight& light : scene_.lights) {
    const float facing = direction.dot(light.normal);
    if (!light.visible || facing > -1e-6f) continue;
    const float distance = (light.centre - origin).dot(light.normal) / facing;
    if (distance <= kNear || distance >= hit.distance) continue;
    const Vector3 point = origin + direction * distance, offset = point - light.centre;
    const float u = offset.dot(light.half_u) / light.half_u.squaredNorm(),
                v = offset.dot(light.half_v) / light.half_v.squaredNorm();
    if (std::fabs(u) >= 1 || std::fabs(v) >= 1) continue;
    hit = Hit{};
    hit.found = hit.emits = true;
    hit.distance = distance;
    hit.point = point;
    hit.normal = light.normal;
    hit.emission = light.emission;
    // A window shows something: brighter above, mottled.
    if (light.normal.y() > -0.5f)
      hit.emission *= (0.8f + 0.25f * v) * (0.7f + 0.5f * fractal_noise(u * 3 + 9, v * 3));
  }
}

Vector3 Tracer::sky(const Vector3& direction, const Vector3& point) const {
  const float mottle = fractal_noise((point.x() + point.z()) * 0.006f + 5, point.y() * 0.01f);
  const bool greenery = scene_.room.enclosure == Enclosure::kGlasshouse
                            ? point.y() < 110 + 90 * mottle
                            : direction.y() < 0.02f + 0.12f * mottle;
  if (greenery)
    return Vector3(0.19f, 0.31f, 0.12f) *
           (0.5f + 1.5f * fractal_noise((point.x() + point.z()) * 0.05f, point.y() * 0.05f));
  const float cloud = fractal_noise(direction.x() * 4 + 9, direction.z() * 4 + direction.y() * 3);
  return scene_.room.sky * (0.6f + 0.5f * std::max(0.0f, direction.y())) * (0.85f + 0.35f * cloud);
}

void Tracer::hit_room(const Vector3& origin, const Vector3& direction, Hit& hit) const {
  const Room& room = scene_.room;
  const bool outdoors = room.enclosure == Enclosure::kOutdoors;
  const float stretch = outdoors ? 12.0f : 1.0f;
  const Vector3 low(-room.size.x() / 2 * stretch, 0, -room.size.z() / 2 * stretch),
      high(-low.x(), room.size.y() * stretch, -low.z());
  float distance = 1e30f;
  int axis = 1;
  for (int k = 0; k < 3; ++k) {
    if (std::fabs(direction[k]) < 1e-9f) continue;
    const float t = ((direction[k] > 0 ? high[k] : low[k]) - origin[k]) / direction[k];
    if (t < distance) {
      distance = t;
      axis = k;
    }
  }
  if (distance <= 0 || distance >= hit.distance) return;
  hit = Hit{};
  hit.found = true;
  hit.distance = distance;
  hit.point = origin + direction * distance;
  hit.normal = Vector3::Zero();
  hit.normal[axis] = direction[axis] > 0 ? -1 : 1;
  hit.specular = 0.03f;
  const bool floor = axis == 1 && direction.y() < 0;
  if (room.enclosure != Enclosure::kRoom && !floor) {
    hit.emits = true;
    hit.emission = sky(direction, hit.point);
    return;
  }
  hit.gloss = floor ? room.floor_gloss : 20;
  hit.albedo = floor       ? room.floor.at(hit.point)
               : axis == 1 ? room.ceiling.at(hit.point)
                           : room.walls.at(hit.point);
  if (!floor && axis != 1 && hit.point.y() < 8) hit.albedo = hit.albedo * 0.75f;
  hit.albedo = hit.albedo.cwiseMin(Vector3::Constant(0.9f));
}

Hit Tracer::trace(const Vector3& origin, const Vector3& direction, RayQuery query) const {
  RTCRayHit ray;
  set_ray(ray.ray, origin, direction, 1e30f);
  ray.hit.geomID = ray.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
  intersect(top_, query, ray);
  Hit hit;
  if (ray.hit.geomID != RTC_INVALID_GEOMETRY_ID) shade_hit(ray, origin, direction, hit);
  hit_lights(origin, direction, hit);
  hit_room(origin, direction, hit);
  return hit;
}

Hit Tracer::identify(const Vector3& origin, const Vector3& direction) const {
  return trace(origin, direction, {{}, 1, true});
}

Vector3 Tracer::direct_light(const Vector3& point, const Vector3& normal, Random& random) const {
  if (scene_.lights.empty()) return Vector3::Zero();
  const AreaLight& light = random.pick(scene_.lights);
  const Vector3 target =
      light.centre + light.half_u * random.uniform(-1, 1) + light.half_v * random.uniform(-1, 1);
  const Vector3 offset = target - point;
  const float squared = offset.squaredNorm(), distance = std::sqrt(squared);
  const Vector3 direction = offset / distance;
  const float here = normal.dot(direction), there = -light.normal.dot(direction);
  if (here <= 0 || there <= 0) return Vector3::Zero();
  RTCRay ray;
  set_ray(ray, point + normal * kOffset, direction, distance - 0.5f);
  RayQuery query{{}, random.next(), false};
  occluded(top_, query, ray);
  if (ray.tfar < 0) return Vector3::Zero();
  const float form = std::min(here * there * light.area() / std::max(squared, 400.0f), 20.0f);
  return light.emission * (form / kPi * static_cast<float>(scene_.lights.size()));
}

Vector3 Tracer::reflection(const Hit& hit, const Vector3& direction, Random& random) const {
  const float grazing = std::pow(1 - std::max(0.0f, -direction.dot(hit.normal)), 5.0f);
  const float strength = hit.specular + (hit.gloss > 30 ? 0.5f * grazing : 0);
  if (strength < 0.015f) return Vector3::Zero();
  const float roughness = std::min(0.5f, 2.0f / std::sqrt(hit.gloss + 2)) * 0.6f;
  const Vector3 jitter(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1));
  const Vector3 mirrored =
      (direction - 2 * direction.dot(hit.normal) * hit.normal + jitter * roughness).normalized();
  if (mirrored.dot(hit.normal) <= 0) return Vector3::Zero();
  const Hit seen = trace(hit.point + hit.normal * kOffset, mirrored, {{}, random.next(), false});
  if (!seen.found) return Vector3::Zero();
  if (seen.emits) return strength * seen.emission.cwiseMin(Vector3::Constant(3));
  return strength *
         (seen.emission + seen.albedo.cwiseProduct(direct_light(seen.point, seen.normal, random) +
                                                   kAmbient * 1.6f));
}

PixelSample Tracer::sample(const Vector3& origin, const Vector3& direction, Random& random) const {
  PixelSample sample;
  const Hit hit = trace(origin, direction, {{}, random.next(), false});
  if (!hit.found) return sample;
  sample.emission = hit.emission;
  if (hit.emits) return sample;
  sample.albedo = hit.albedo;
  sample.irradiance = direct_light(hit.point, hit.normal, random);
  const Hit bounce = trace(hit.point + hit.normal * kOffset, cosine_direction(hit.normal, random),
                           {{}, random.next(), false});
  if (bounce.found && !bounce.emits)
    sample.irradiance +=
        bounce.emission +
        bounce.albedo.cwiseProduct(direct_light(bounce.point, bounce.normal, random) + kAmbient);
  else if (bounce.found && scene_.room.enclosure != Enclosure::kRoom)
    sample.irradiance += bounce.emission;
  if (random.chance(0.5f)) sample.specular = 2 * reflection(hit, direction, random);
  return sample;
}

}  // namespace geond::rendering
