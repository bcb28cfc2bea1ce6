#include "server/json/command_readers.hpp"

#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::commands {
namespace {

std::optional<std::uint32_t> chosen(Fields& form, std::string_view field,
                                    std::span<const Named> names, Need need) {
    std::vector<std::string_view> codes;
    for (const Named& one : names) codes.push_back(one.name);
    const std::string name = form.one_of(field, codes, need);
    const auto found = std::ranges::find(names, name, &Named::name);
    return found == names.end() ? std::nullopt : std::optional{found->number};
}

}  // namespace

std::uint32_t choice(Fields& form, std::string_view field, std::span<const Named> names,
                     std::uint32_t otherwise) {
    return chosen(form, field, names, Need::optional).value_or(otherwise);
}

std::uint32_t choice(Fields& form, std::string_view field, std::span<const Named> names) {
    return chosen(form, field, names, Need::required).value_or(names.front().number);
}

jtt808::Text gbk_text(Fields& form, std::string_view name, std::size_t least, std::size_t most) {
    std::string text = form.text(name, {least, most}, least > 0 ? Need::required : Need::optional);
    if (telematics::gbk_from_utf8(text).size() <= most) return {std::move(text)};
    form.add("TOO_LONG", name, text);
    return {};
}

Bytes hex_bytes(Fields& form, std::string_view name, std::size_t most, Need need) {
    const std::string text = form.text(name, {0, 3 * most}, need);
    auto bytes = telematics::from_hex(text);
    if (!bytes) form.add("NOT_HEX", name, text);
    if (bytes && bytes->size() > most) form.add("TOO_LONG", name, text);
    return bytes ? *std::move(bytes) : Bytes{};
}

jtt808::Octets<6> packed_time(Fields& form, std::string_view name) {
    jtt808::Octets<6> packed{};
    const auto at = form.instant(name);
    if (!at) return packed;
    const Bytes bytes = telematics::to_bcd_time(*at, china_standard_time);
    std::ranges::copy(bytes, packed.begin());
    return packed;
}

const nlohmann::json& element(const nlohmann::json& list, std::size_t index) {
    return list.at(index);
}
std::size_t size_of(const nlohmann::json& list) { return list.size(); }

}  // namespace liuhen::server::commands
