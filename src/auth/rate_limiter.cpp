// SPDX-License-Identifier: MIT
#include "rate_limiter.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

namespace geond::auth {

RateLimiter::RateLimiter(const core::Clock& clock, double burst, double per_second,
                         std::size_t max_buckets)
    : clock_(clock),
      burst_(burst),
      per_second_(per_second),
      max_buckets_(max_buckets),
      overflow_{burst, clock.steady_now()} {}

double RateLimiter::tokens_of(const Bucket& bucket) const {
  const std::chrono::duration<double> passed = clock_.steady_now() - bucket.at;
  return std::min(burst_, bucket.tokens + passed.count() * per_second_);
}

void RateLimiter::drop_full() {
  const auto now = clock_.steady_now();
  if (now < next_sweep_) return;
  next_sweep_ = now + std::chrono::seconds(1);
  std::erase_if(buckets_, [&](const auto& entry) { return tokens_of(entry.second) >= burst_; });
}

bool RateLimiter::has_own(std::string_view name) const {
  return buckets_.contains(std::string(name)) || buckets_.size() < max_buckets_;
}

bool RateLimiter::is_crowded_out(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return !has_own(name);
}

RateLimiter::Bucket& RateLimiter::bucket(std::string_view name) {
  const std::string key(name);
  if (const auto found = buckets_.find(key); found != buckets_.end()) return found->second;
  if (buckets_.size() >= max_buckets_) drop_full();
  if (buckets_.size() >= max_buckets_) return overflow_;
  return buckets_.emplace(key, Bucket{burst_, clock_.steady_now()}).first->second;
}

bool RateLimiter::take(std::string_view name) {
  const std::lock_guard lock(mutex_);
  Bucket& mine = bucket(name);
  const double tokens = tokens_of(mine);
  const bool enough = tokens >= 1;
  mine = {enough ? tokens - 1 : tokens, clock_.steady_now()};
  return enough;
}

void RateLimiter::give_back(std::string_view name) {
  const std::lock_guard lock(mutex_);
  Bucket& mine = bucket(name);
  mine = {std::min(burst_, tokens_of(mine) + 1), clock_.steady_now()};
}

std::chrono::seconds RateLimiter::retry_after(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(std::string(name));
  if (found == buckets_.end() && has_own(name)) return std::chrono::seconds(1);
  const double tokens = tokens_of(found == buckets_.end() ? overflow_ : found->second);
  const double seconds = std::ceil(std::max(0.0, 1 - tokens) / per_second_);
  return std::chrono::seconds(std::max<long>(1, std::lround(seconds)));
}

namespace {

/// The /48 of an IPv6 bucket; nothing of another.
std::optional<std::string> network_of(std::string_view bucket) {
  const std::string text(bucket.substr(0, bucket.find('/')));
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
  std::fill(bytes.begin() + 6, bytes.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  return std::string(out.data()) + "/48";
}

}  // namespace

AddressLimiter::AddressLimiter(const core::Clock& clock, double burst, double per_second,
                               double network_factor)
    : addresses_(clock, burst, per_second),
      networks_(clock, network_factor * burst, network_factor * per_second) {}

AddressLimiter::Lack AddressLimiter::take(std::string_view bucket) {
  // The network first: what it refuses must not fill the addresses' table.
  const auto network = network_of(bucket);
  if (network && !networks_.take(*network)) return Lack::others;
  if (addresses_.take(bucket)) return Lack::none;
  if (network) networks_.give_back(*network);
  return addresses_.is_crowded_out(bucket) ? Lack::others : Lack::own;
}

void AddressLimiter::give_back(std::string_view bucket) {
  addresses_.give_back(bucket);
  if (const auto network = network_of(bucket)) networks_.give_back(*network);
}

std::chrono::seconds AddressLimiter::retry_after(std::string_view bucket) const {
  const auto wait = addresses_.retry_after(bucket);
  const auto network = network_of(bucket);
  return network ? std::max(wait, networks_.retry_after(*network)) : wait;
}

}  // namespace geond::auth
