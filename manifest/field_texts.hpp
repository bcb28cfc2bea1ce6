// The values of fields as texts and back.
#pragma once

#include "manifest/manifest.hpp"

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

template <class E>
struct CodedBy;  // how a code becomes its enumerator
#define LIUHEN_CODED(Type, from_code_function)                 \
    template <>                                                \
    struct CodedBy<Type> {                                     \
        static constexpr auto from_code = &from_code_function; \
    };
LIUHEN_CODED(State, state_from_code)
LIUHEN_CODED(Role, role_from_code)
LIUHEN_CODED(Kind, kind_from_code)
LIUHEN_CODED(Form, form_from_code)
LIUHEN_CODED(Package, package_from_code)
LIUHEN_CODED(Purpose, purpose_from_code)
LIUHEN_CODED(Flow, flow_from_code)
LIUHEN_CODED(OriginMode, origin_mode_from_code)
LIUHEN_CODED(Relation, relation_from_code)
LIUHEN_CODED(Mode, mode_from_code)
LIUHEN_CODED(DifferenceKind, difference_kind_from_code)
LIUHEN_CODED(Kept, kept_from_code)
LIUHEN_CODED(WeighingSource, weighing_source_from_code)
LIUHEN_CODED(Sync, sync_from_code)
#undef LIUHEN_CODED

template <class E>
concept Coded = requires(std::string_view text) {
    CodedBy<E>::from_code(text);
};

inline std::string field_text(const std::string& value) { return value; }
template <class Of>
std::string field_text(const Id<Of>& id) {
    return id.text;
}
inline std::string field_text(bool value) { return value ? "true" : "false"; }
template <std::unsigned_integral N>
std::string field_text(N value) {
    return std::to_string(value);
}
inline std::string field_text(Instant at) { return to_iso(at); }
inline std::string field_text(Grams weight) { return std::to_string(weight.value); }
inline std::string field_text(LatLon p) {
    return std::to_string(p.lat) + "," + std::to_string(p.lon);
}
template <Coded E>
std::string field_text(E value) {
    return std::string{code(value)};
}
template <class T>
std::string field_text(const std::optional<T>& value) {
    return value ? field_text(*value) : std::string{};
}
template <class T>
std::string field_text(const std::vector<T>& values) {
    std::string joined;
    for (const auto& one : values) joined += (joined.empty() ? "" : ",") + field_text(one);
    return joined;
}

/// Reads a text into a field; false leaves the field as it was.
inline bool read_field(std::string_view text, std::string& value) {
    value = text;
    return true;
}
template <std::integral N>
bool read_number(std::string_view text, N& value) {
    N read{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    value = read;
    return true;
}
inline bool read_field(std::string_view text, bool& value) {
    if (text != "true" && text != "false") return false;
    value = text == "true";
    return true;
}
inline bool read_field(std::string_view text, Grams& value) {
    Grams read;
    if (!read_number(text, read.value) || read.value < 0) return false;
    value = read;
    return true;
}
template <std::unsigned_integral N>
bool read_field(std::string_view text, N& value) {
    return read_number(text, value);
}
inline bool read_field(std::string_view text, Instant& value) {
    const auto read = parse_iso(text);
    if (read) value = *read;
    return read.has_value();
}
template <Coded E>
bool read_field(std::string_view text, E& value) {
    const auto read = CodedBy<E>::from_code(text);
    if (read) value = *read;
    return read.has_value();
}
template <class Of>
bool read_field(std::string_view, Id<Of>&) {
    return false;  // who and what is not revised: it is another manifest then
}
inline bool read_field(std::string_view, LatLon&) { return false; }
template <class T>
bool read_field(std::string_view text, std::optional<T>& value) {
    if (text.empty()) {
        value.reset();
        return true;
    }
    T read{};
    if (!read_field(text, read)) return false;
    value = std::move(read);
    return true;
}
template <class T>
bool read_field(std::string_view text, std::vector<T>& values) {
    std::vector<T> read;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        T one{};
        if (!read_field(text.substr(0, comma), one)) return false;
        read.push_back(std::move(one));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    values = std::move(read);
    return true;
}

}  // namespace liuhen::manifest
