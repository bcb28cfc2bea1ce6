#include "server/http/roadside_parts.hpp"

#include "server/http/plain_page.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "print/text.hpp"
#include "print/words.hpp"

namespace liuhen::server::http {
namespace {

using manifest::Leg;
using manifest::Manifest;
using manifest::Party;
using manifest::Person;
using manifest::WasteLine;
using print::kilograms;
using print::local_time;

// Names and values; a value that is empty leaves no trace.
class Facts {
public:
    void add(std::string_view zh, std::string_view en, std::string_view value) {
        if (!value.empty())
            all_ += "<dt>" + bilingual(zh, en) + "</dt><dd>" + shown(value) + "</dd>";
    }
    [[nodiscard]] std::string text() const { return all_.empty() ? "" : "<dl>" + all_ + "</dl>"; }

private:
    std::string all_;
};

std::string section(std::string_view zh, std::string_view en, const std::string& content) {
    return content.empty() ? std::string{}
                           : "<section><h2>" + bilingual(zh, en) + "</h2>" + content + "</section>";
}

std::string pair_of(std::string_view a, std::string_view b) {
    const std::array<std::string, 2> both{std::string{a}, std::string{b}};
    return print::joined(both, " ");
}

template <class T>
std::string coded(std::optional<T> value) {
    return value ? pair_of(print::chinese(*value), code(*value)) : std::string{};
}

std::string with_unit(std::optional<Grams> weight) {
    const std::string text = kilograms(weight);
    return text.empty() ? text : text + " kg";
}

std::size_t character_at(std::string_view text, std::size_t from) {
    ++from;
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) ++from;
    return from;
}

std::string person_text(const Person& person) {
    const std::array<std::string, 3> parts{masked_name(person.name), person.id_masked,
                                           masked_number(person.certificate_no)};
    return person.name.empty() ? std::string{} : print::joined(parts, " ");
}

std::string locks_text(const Leg& leg) {
    std::vector<std::string> numbers;
    for (const auto& lock : leg.locks) numbers.push_back(lock.text);
    return print::joined(numbers);
}

std::string party_facts(std::string_view zh, std::string_view en, const Party& party) {
    Facts facts;
    facts.add(zh, en, party.name);
    facts.add("统一社会信用代码", "Credit code", party.uscc);
    facts.add("经营许可证", "Licence", party.licence_no);
    facts.add("道路运输许可证", "Transport permit", party.transport_permit_no);
    facts.add("应急电话", "Emergency telephone", party.emergency_phone);
    return facts.text();
}

std::string goods_text(const WasteLine& line) {
    const std::vector<std::string> parts{line.un_no, line.dg_class, line.packing_group};
    return line.exempt_rule.empty() ? print::joined(parts, " / ")
                                    : "豁免 exempt " + line.exempt_rule;
}

std::string waste_facts(const WasteLine& line) {
    Facts facts;
    facts.add("名称", "Waste", std::to_string(line.line_no) + ". " + line.waste_name);
    facts.add("类别与代码", "Code", pair_of(line.category, line.code));
    facts.add("危险特性", "Hazards", print::hazard_text(line.hazards));
    facts.add("形态", "Form", coded(line.form));
    const std::string count =
        line.container_count ? "× " + std::to_string(*line.container_count) : std::string{};
    facts.add("包装", "Package", pair_of(coded(line.package), count));
    facts.add("危险货物", "Dangerous goods", goods_text(line));
    facts.add("计划量", "Planned", with_unit(line.planned_g));
    facts.add("移出量", "Sent", with_unit(line.sent_g));
    facts.add("接收量", "Received", with_unit(line.received_g));
    facts.add("接受量", "Accepted", with_unit(line.accepted_g));
    facts.add("拒收量", "Refused", with_unit(line.refused_g));
    facts.add("禁忌与应急措施", "Emergency measures", line.taboos);
    return facts.text();
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> purposes{
    {{"LOAD", "装车"}, {"HANDOVER", "交接"}, {"ARRIVE", "进厂"}, {"CHECK", "检查"}}};

using ScansByTag = std::map<std::string_view, const store::LastScan*>;

ScansByTag by_tag(const std::vector<store::LastScan>& scans) {
    ScansByTag found;
    for (const auto& scan : scans) found.emplace(scan.tag, &scan);
    return found;
}

// A label is read as its identification code or as its container's code.
std::string scan_text(const manifest::Container& container, const ScansByTag& scans) {
    const store::LastScan* last = nullptr;
    for (const std::string& tag : {container.tag_id, container.code}) {
        const auto scan = scans.find(tag);
        if (scan != scans.end() && (last == nullptr || scan->second->at > last->at))
            last = scan->second;
    }
    if (last == nullptr) return "未扫描 not scanned";
    const auto* const row =
        std::ranges::find(purposes, last->purpose, &decltype(purposes)::value_type::first);
    const std::string_view word = row == purposes.end() ? std::string_view{} : row->second;
    return pair_of(pair_of(word, last->purpose), local_time(last->at));
}

std::string signer_of(const Manifest& m, const manifest::Signature& one) {
    if (one.party == m.producer.id && one.role == manifest::Role::producer) return m.producer.name;
    if (one.party == m.receiver.id && one.role == manifest::Role::receiver) return m.receiver.name;
    const auto leg =
        std::ranges::find_if(m.legs, [&one](const Leg& l) { return l.carrier.id == one.party; });
    return leg == m.legs.end() ? std::string{} : leg->carrier.name;
}

std::string head_row(std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
    std::string row = "<tr>";
    for (const auto& [zh, en] : names) row += "<th>" + bilingual(zh, en) + "</th>";
    return row + "</tr>";
}

std::string row_of(std::initializer_list<std::string> cells) {
    std::string row = "<tr>";
    for (const auto& cell : cells) row += "<td>" + shown(cell) + "</td>";
    return row + "</tr>";
}

}  // namespace

std::string shown(std::string_view text) { return escaped(print::printable(text)); }

std::string masked_name(std::string_view name) {
    return name.empty() ? std::string{} : std::string{name.substr(0, character_at(name, 0))} + "**";
}

std::string masked_number(std::string_view number) {
    constexpr std::size_t told = 4;
    std::size_t from = number.size();
    for (std::size_t i = 0; i < told && from > 0; ++i) {
        --from;
        while (from > 0 && (static_cast<unsigned char>(number[from]) & 0xC0U) == 0x80U) --from;
    }
    return number.empty() ? std::string{} : "…" + std::string{from == 0 ? "" : number.substr(from)};
}

std::string bilingual(std::string_view zh, std::string_view en) {
    return std::string{zh} + " <small>" + std::string{en} + "</small>";
}

std::string vehicle_part(const RoadsideView& view) {
    const Leg* const leg = current_leg(view.manifest);
    if (leg == nullptr) return {};
    Facts facts;
    facts.add("车牌", "Plate", pair_of(leg->plate, print::plate_colour(leg->plate_colour)));
    facts.add("挂车", "Trailer", leg->trailer_plate);
    facts.add("驾驶员", "Driver", person_text(leg->driver));
    facts.add("押运员", "Escort", person_text(leg->escort));
    facts.add("电子锁", "Locks", locks_text(*leg));
    facts.add("封签", "Seals", print::joined(leg->seal_nos));
    facts.add("危货运单", "Waybill", leg->waybill_no);
    facts.add("区域通行证", "Zone pass", leg->zone_pass_no);
    return section("车辆与人员", "Vehicle and crew", facts.text());
}

std::string journey_part(const RoadsideView& view) {
    const Manifest& m = view.manifest;
    const Leg* const leg = current_leg(m);
    Facts facts;
    if (leg != nullptr) {
        facts.add("运输段", "Leg",
                  std::to_string(leg->leg_no) + " / " + std::to_string(m.legs.size()));
        facts.add("方式", "By", coded(std::optional{leg->mode}));
        facts.add("起点", "From", leg->start);
        facts.add("途经", "By way of", print::joined(leg->via));
        facts.add("终点", "To", leg->end);
        const auto route = view.routes.find(leg->route.text);
        facts.add("路线", "Route", route == view.routes.end() ? std::string{} : route->second);
        facts.add("装车", "Loaded", local_time(leg->loaded_at));
        facts.add("启运", "Departed", local_time(leg->depart_at));
        facts.add("到达", "Arrived", local_time(leg->arrive_at));
    }
    facts.add("计划启运", "Planned departure", local_time(m.planned_depart_at));
    facts.add("计划到达", "Planned arrival", local_time(m.planned_arrive_at));
    facts.add("转移类型", "Transfer", coded(m.flow));
    facts.add("跨省转移批准", "Approval", m.approval_id);
    return section("路线与时间（北京时间）", "Way and times, Beijing time", facts.text());
}

std::string parties_part(const RoadsideView& view) {
    const Manifest& m = view.manifest;
    std::string all = party_facts("移出人", "Producer", m.producer);
    for (const Leg& leg : m.legs) all += party_facts("承运人", "Carrier", leg.carrier);
    return section("单位", "Organisations", all + party_facts("接受人", "Receiver", m.receiver));
}

std::string wastes_part(const RoadsideView& view) {
    std::string all;
    for (const WasteLine& line : view.manifest.lines) all += waste_facts(line);
    Facts totals;
    totals.add("计划合计", "Planned in all",
               with_unit(total(view.manifest, &WasteLine::planned_g)));
    totals.add("移出合计", "Sent in all", with_unit(total(view.manifest, &WasteLine::sent_g)));
    return section("废物", "Waste", all + totals.text());
}

std::string containers_part(const RoadsideView& view) {
    const auto& all = view.manifest.containers;
    if (all.empty()) return {};
    std::string rows = head_row({{"容器", "Container"}, {"最近扫描", "Last scan"}});
    const auto scans = by_tag(view.scans);
    for (const auto& one : all)
        rows += row_of({pair_of(one.code, one.tag_id), scan_text(one, scans)});
    constexpr std::size_t open_at_once = 20;
    return section("容器 " + std::to_string(all.size()), "Containers",
                   std::string{"<details"} + (all.size() <= open_at_once ? " open" : "") +
                       "><summary>" + bilingual("清单", "List") + "</summary><table>" + rows +
                       "</table></details>");
}

std::string signatures_part(const RoadsideView& view) {
    const Manifest& m = view.manifest;
    if (m.signatures.empty()) return {};
    std::string rows =
        head_row({{"时间", "Time"}, {"环节", "Act"}, {"签字方", "Signed by"}, {"版本", "Version"}});
    for (const auto& one : m.signatures)
        rows += row_of({local_time(one.at), pair_of(print::signed_act(one.event), one.event),
                        pair_of(print::chinese(one.role), signer_of(m, one)),
                        std::to_string(one.version)});
    return section("签字", "Signatures", "<table class=\"signed\">" + rows + "</table>");
}

}  // namespace liuhen::server::http
