#include "server/json/event_parts.hpp"

#include "manifest/lifecycle.hpp"

namespace liuhen::server::events {

using nlohmann::json;
using namespace manifest;

void read_weighing_proof(Fields& f, WeighIn& weighing) {
    weighing.plate_read = f.text("plate_read", {2, 20});
    weighing.source = coded(f, "source", weighing_source_from_code).value_or(WeighingSource::scale);
    weighing.manual_reason = f.text("manual_reason", {0, 500});
    weighing.photos = f.texts("photos", max_files, {1, 64});
}

std::optional<std::uint32_t> number_of(Fields& f, std::string_view name, std::int64_t most) {
    const auto n = f.integer(name, 0, most);
    return n ? std::optional{static_cast<std::uint32_t>(*n)} : std::nullopt;
}
std::optional<std::uint32_t> count(Fields& f, std::string_view name) {
    return number_of(f, name, 9999);
}

std::optional<LatLon> point(Fields& f, std::string_view name) {
    const json* value = f.any(name);
    if (value == nullptr) return std::nullopt;
    Fields p{*value, f.pointer(name), f.faults()};
    const auto lat = p.number("lat", -90, 90, Need::required);
    const auto lon = p.number("lon", -180, 180, Need::required);
    p.finish();
    if (!lat || !lon) return std::nullopt;
    return LatLon{*lat, *lon};
}

std::uint8_t line_no(Fields& f, Need need) {
    return static_cast<std::uint8_t>(
        f.integer("line_no", 1, static_cast<std::int64_t>(max_lines), need).value_or(0));
}

std::string either(Fields& f, std::string_view name, std::string_view other, TextSize size) {
    std::string first = f.text(name, size);
    std::string second = f.text(other, size);
    if (!first.empty() && !second.empty()) f.add("EXCLUSIVE", other);
    return first.empty() ? second : first;
}

std::vector<LineWeight> read_weights(Fields& f, std::string_view stem, std::string_view counted,
                                     const std::function<void(Fields&, LineWeight&)>& more) {
    std::vector<LineWeight> weights;
    const json* lines = f.array("lines", max_lines);
    for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
        Fields l{lines->at(i), pointer_to(f.pointer("lines"), i), f.faults()};
        LineWeight one;
        one.line_no = line_no(l, Need::required);
        one.weight = l.weight(stem, Need::required).value_or(Grams{});
        one.containers = count(l, counted);
        if (more) more(l, one);
        l.finish();
        weights.push_back(one);
    }
    return weights;
}

LineSplit read_split(Fields& f) {
    LineSplit one;
    one.line_no = line_no(f, Need::required);
    one.accepted_g = f.weight("accepted");
    one.refused_g = f.weight("refused");
    f.codes("kinds", 6, {1, 20}, [&one](const std::string& text) {
        const auto kind = difference_kind_from_code(text);
        if (kind) one.kinds.push_back(*kind);
        return kind.has_value();
    });
    one.text = f.text("text", {1, 1000});
    one.ledger_batch_in = f.text("ledger_batch_in", {1, 40});
    return one;
}
std::vector<LineSplit> read_splits(Fields& f) {
    return each<LineSplit>(f, "lines", max_lines, read_split);
}

Reason read_reason(Fields& f) {
    const json* value = f.any("reason");
    if (value == nullptr) return {};
    if (value->is_string()) {
        return {{}, sound_text(*value, {0, 500}, f.pointer("reason"), f.faults()).value_or("")};
    }
    Fields r{*value, f.pointer("reason"), f.faults()};
    Reason reason{r.text("code", {1, 40}), r.text("text", {0, 500})};
    r.finish();
    return reason;
}

}  // namespace liuhen::server::events
