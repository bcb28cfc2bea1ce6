// Parts that the forms of several events share.
#pragma once

#include "manifest/requests.hpp"
#include "server/json/fields.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::events {

/// A code of one of the manifest's enumerations; UNKNOWN_VALUE when it is none.
template <class E>
std::optional<E> coded(Fields& f, std::string_view name, std::optional<E> (*find)(std::string_view),
                       Need need = Need::optional) {
    const std::size_t before = f.faults().size();
    const std::string text = f.text(name, {1, 32}, need);
    if (text.empty() || f.faults().size() != before) return std::nullopt;
    const auto found = find(text);
    if (!found) f.add("UNKNOWN_VALUE", name, text);
    return found;
}

/// Each object of the list `name`, read by `read`.
template <class Record, class Read>
std::vector<Record> each(Fields& f, std::string_view name, std::size_t most, Read read,
                         Need need = Need::optional) {
    std::vector<Record> found;
    const nlohmann::json* list = f.array(name, most, need);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        Fields one{list->at(i), pointer_to(f.pointer(name), i), f.faults()};
        found.push_back(read(one));
        one.finish();
    }
    return found;
}

inline constexpr std::size_t max_files = 20;  ///< named by one event

/// What says where a weighing's figures come from: source, reason, plate and photos.
void read_weighing_proof(Fields& f, manifest::WeighIn& weighing);
std::optional<std::uint32_t> number_of(Fields& f, std::string_view name, std::int64_t most);
std::optional<std::uint32_t> count(Fields& f, std::string_view name);  ///< at most 9999
std::optional<LatLon> point(Fields& f, std::string_view name);
std::uint8_t line_no(Fields& f, Need need);
/// Two spellings of one field; the first is the one that is shown.
std::string either(Fields& f, std::string_view name, std::string_view other, TextSize size);
/// An object of code and text, or just the text. Its length is the lifecycle's to judge.
manifest::Reason read_reason(Fields& f);
/// `<stem>` and `counted` of each of the `lines`, and what `more` reads of it.
std::vector<manifest::LineWeight> read_weights(
    Fields& f, std::string_view stem, std::string_view counted,
    const std::function<void(Fields&, manifest::LineWeight&)>& more = {});
manifest::LineSplit read_split(Fields& f);
std::vector<manifest::LineSplit> read_splits(Fields& f);

}  // namespace liuhen::server::events
