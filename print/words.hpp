// The Chinese of what is printed: values of closed lists, times and weights.
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"
#include "manifest/manifest.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::print {

std::string_view chinese(manifest::State state);
std::string_view chinese(manifest::Role role);
std::string_view chinese(manifest::Form form);
std::string_view chinese(manifest::Package package);
std::string_view chinese(manifest::Purpose purpose);
std::string_view chinese(manifest::Flow flow);
std::string_view chinese(manifest::OriginMode mode);
std::string_view chinese(manifest::Relation relation);
std::string_view chinese(manifest::Mode mode);
std::string_view chinese(manifest::DifferenceKind kind);
/// The heading of a manifest: "危险废物转移联单".
std::string_view manifest_title(manifest::Kind kind);
/// What a signature was given for, by the event's code; the code itself where it is unknown.
std::string_view signed_act(std::string_view event);

/// "毒性 T、易燃性 I" of codes; unknown ones stand as they are.
std::string hazard_text(std::span<const std::string> codes);
/// "黄色" of 2 (JT/T 697.7); empty for 0 and for unknown ones.
std::string_view plate_colour(std::uint8_t code);

/// Beijing time, "2026-11-21 16:00:05"; empty when there is none.
std::string local_time(std::optional<Instant> at);
/// Kilograms without superfluous zeros, "1234.5"; empty when there is none.
std::string kilograms(std::optional<Grams> weight);
/// What is not empty, with a mark in between.
std::string joined(std::span<const std::string> parts, std::string_view mark = "、");

/// The Chinese word, or nothing where there is no value.
template <class E>
std::string chinese_or_empty(std::optional<E> value) {
    return value ? std::string{chinese(*value)} : std::string{};
}

}  // namespace liuhen::print
