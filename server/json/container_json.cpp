#include "server/json/container_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace liuhen::server {
namespace {

using namespace manifest::custody;
using nlohmann::json;

void put(json& to, const char* name, const std::string& text) {
    if (!text.empty()) to[name] = text;
}

// Since when it is stored, until when it may be where there is a limit, and whether that is over.
void put_storage(json& to, const std::string& waste_code, std::optional<Instant> since,
                 Instant now) {
    if (!since) return;
    to["stored_since"] = to_iso(*since);
    const auto until = storage_until(waste_code, *since);
    if (until) to["storage_until"] = to_iso(*until);
    to["overdue"] = until && now >= *until;
}

}  // namespace

json to_json(const store::StoredContainer& container) {
    json one{{"id", container.id.text},
             {"party", container.party.text},
             {"code", container.code},
             {"waste_code", container.waste_code},
             {"made_at", to_iso(container.made_at)}};
    put(one, "tag", container.tag);
    put(one, "waste_name", container.waste_name);
    put(one, "package", container.package);
    if (container.tare) one["tare_g"] = container.tare->value;
    return one;
}

json to_json(const store::StoredMovement& stored) {
    const auto& m = stored.movement;
    const auto& words = stored.words;
    json one{{"kind", code(m.kind)},         {"container", m.container.text},
             {"amount_g", m.weight.value},   {"at", to_iso(m.at)},
             {"operation", words.operation}, {"recorded_at", to_iso(words.recorded_at)}};
    put(one, "from", m.from.text);
    put(one, "to", m.to.text);
    if (m.corrects) one["corrects"] = code(*m.corrects);
    if (m.since) one["stored_since"] = to_iso(*m.since);
    put(one, "manifest", words.manifest.text);
    put(one, "site", words.site.text);
    put(one, "place", words.place);
    put(one, "method", words.method);
    put(one, "reason", words.reason);
    put(one, "tag", words.tag);
    put(one, "batch", words.batch);
    put(one, "person", words.person);
    return one;
}

json to_json(const store::Regrouping& poured) {
    return {{"from", poured.from.text},
            {"into", poured.into.text},
            {"amount_g", poured.weight.value},
            {"at", to_iso(poured.at)}};
}

json with_standing(const store::StoredContainer& container, const Standing& standing,
                   const std::vector<store::StoredMovement>& movements, Instant now) {
    json one = to_json(container);
    one["stock"] = json::array();
    for (const auto& [party, weight] : standing.stock)
        one["stock"].push_back({{"party", party.text}, {"net_g", weight.value}});
    put(one, "holder", standing.stock.empty() ? std::string{} : standing.holder.text);
    if (standing.last) one["last_movement"] = code(*standing.last);
    if (!standing.stock.empty()) put_storage(one, container.waste_code, standing.since, now);
    one["movements"] = json::array();
    for (const auto& each : movements) one["movements"].push_back(to_json(each));
    return one;
}

json to_json(const store::StockRow& row, Instant now) {
    json one{{"container", to_json(row.container)},
             {"party", row.party.text},
             {"net_g", row.weight.value}};
    put_storage(one, row.container.waste_code, row.since, now);
    return one;
}

std::string month_text(std::chrono::year_month month) {
    return fmt::format("{:04}-{:02}", static_cast<int>(month.year()),
                       static_cast<unsigned>(month.month()));
}

json to_json(const MonthBalance& balance) {
    json one{{"month", month_text(balance.month)},
             {"opening_g", balance.opening.value},
             {"closing_g", balance.closing.value},
             {"movements", json::object()}};
    for (std::size_t i = 0; i < balance.turnovers.size(); ++i) {
        const auto& turnover = balance.turnovers[i];
        if (turnover == Turnover{}) continue;
        one["movements"][std::string{code(static_cast<MovementKind>(i))}] = {
            {"in_g", turnover.in.value}, {"out_g", turnover.out.value}};
    }
    return one;
}

json to_json(const store::MassBalance& balance) {
    const auto& fate = balance.fate;
    return {{"party", balance.party.text},
            {"name", balance.name},
            {"opening_g", balance.opening.value},
            {"produced_g", balance.produced.value},
            {"returned_g", balance.returned.value},
            {"received_g", balance.received.value},
            {"sent_g", balance.sent.value},
            {"treated_g", balance.treated.value},
            {"poured_g", balance.poured.value},
            {"corrected_g", balance.corrected.value},
            {"closing_g", balance.closing.value},
            {"of_sent",
             {{"received_g", fate.received.value},
              {"returned_g", fate.returned.value},
              {"lost_g", fate.lost.value},
              {"on_the_way_g", fate.on_the_way.value}}}};
}

json to_json(const store::BatchRow& batch) {
    return {{"batch", batch.batch},
            {"kind", batch.kind},
            {"waste_code", batch.waste_code},
            {"containers", batch.containers},
            {"amount_g", batch.weight.value},
            {"first_at", to_iso(batch.first_at)},
            {"last_at", to_iso(batch.last_at)}};
}

json to_json(const store::StoredScan& stored) {
    json one{{"id", stored.id},
             {"purpose", code(stored.scan.purpose)},
             {"leg_no", stored.scan.leg_no},
             {"tag", stored.scan.tag},
             {"at", to_iso(stored.scan.at)},
             {"taken_back", stored.scan.taken_back},
             {"role", stored.role},
             {"recorded_at", to_iso(stored.recorded_at)}};
    put(one, "symbology", stored.symbology);
    put(one, "device", stored.device);
    put(one, "party", stored.party.text);
    put(one, "person", stored.person);
    if (stored.where) one["point"] = {{"lat", stored.where->lat}, {"lon", stored.where->lon}};
    return one;
}

json to_json(const StageJudgement& stage) {
    json one{{"purpose", code(stage.purpose)},
             {"leg_no", stage.leg_no},
             {"over", stage.over},
             {"expected", stage.expected},
             {"scanned", stage.seen},
             {"outstanding", stage.outstanding},
             {"differences", json::array()}};
    for (const auto& difference : stage.differences) {
        json entry{{"kind", code(difference.kind)}, {"container", difference.container}};
        put(entry, "instead_of", difference.instead_of);
        if (difference.at) entry["at"] = to_iso(*difference.at);
        one["differences"].push_back(std::move(entry));
    }
    return one;
}

json to_json(const store::RaisedDifference& raised) {
    json one{{"purpose", code(raised.purpose)},
             {"leg_no", raised.leg_no},
             {"kind", raised.kind},
             {"container", raised.container},
             {"raised_at", to_iso(raised.raised_at)}};
    put(one, "instead_of", raised.instead_of);
    if (raised.settled_at) one["settled_at"] = to_iso(*raised.settled_at);
    return one;
}

json warning_json(const Fault& fault) {
    return {{"code", fault.code},
            {"pointer", fault.pointer},
            {"message", fault.message},
            {"message_zh", fault.message_zh}};
}

}  // namespace liuhen::server
