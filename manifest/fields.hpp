// Every field of a manifest as one list: its place, who vouches for it, and which signature seals
// it. Revisions, their sealing and the differences between versions are read from this list.
//
// A pointer is the field's place in the published document: "/lines/0/accepted_g". In a rule the
// index is a star: "/lines/*/accepted_g".
#pragma once

#include "manifest/lifecycle.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// Who may revise a field once it is sealed. `nobody`: it is what happened, or who was there, or
/// what the service says; it is never rewritten.
enum class Keeper : std::uint8_t { producer, carrier, receiver, nobody };

/// One field, or the same field of every line, leg or container.
struct FieldRule {
    std::string_view pointer;
    Event sealed_by{};  ///< whose signature vouches for it; until then its own event changes it
    Keeper keeper = Keeper::nobody;
    std::string_view zh;  ///< the field's name in the printed form
};
std::span<const FieldRule> field_rules();
/// The rule of a pointer; null when there is no such field.
const FieldRule* rule_of(std::string_view pointer);

/// One field and what it holds. Texts: numbers in decimal, times as ISO 8601, codes by their names,
/// sets joined with commas; empty when not filled.
struct FieldText {
    std::string pointer;
    std::string text;
    friend bool operator==(const FieldText&, const FieldText&) = default;
};
/// All fields in the order of the document; empty ones too.
std::vector<FieldText> fields_of(const Manifest& manifest);

/// Fields that differ; a field that one side lacks counts as empty there.
std::vector<FieldChange> changes_between(const Manifest& before, const Manifest& after);

/// What became of one attempt to write a field.
enum class FieldWrite : std::uint8_t { written, unknown_field, bad_value };
FieldWrite write_field(Manifest& manifest, std::string_view pointer, std::string_view text);

}  // namespace liuhen::manifest
