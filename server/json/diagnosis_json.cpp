#include "server/json/diagnosis_json.hpp"

#include "telematics/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace liuhen::server {
namespace {

using nlohmann::json;
using telematics::Fit;
using telematics::Share;

constexpr std::size_t most_shown = 64;

struct FaultWords {
    std::string_view kind, en, zh;
};
constexpr std::array fault_words{
    FaultWords{"oversized", "no delimiter within the frame limit", "超出帧长上限仍无定界符"},
    FaultWords{"bad_escape", "an escape that does not exist", "转义错误"},
    FaultWords{"bad_checksum", "wrong checksum", "校验码错误"},
    FaultWords{"bad_length", "the header's length is not that of the frame", "消息体长度不符"},
    FaultWords{"truncated", "the body ends inside a field", "消息体被截断"},
    FaultWords{"trailing_bytes", "the body goes on behind its last field", "消息体尾部有多余字节"},
    FaultWords{"unknown_message", "a message that nobody reads", "无法识别的消息"},
    FaultWords{"bad_value", "a time or place that cannot be", "时间或坐标超出范围"},
    FaultWords{"bad_part", "a sub-package that does not fit", "分包不一致"},
    FaultWords{"not_a_frame", "bytes that belong to no frame", "帧外字节"},
    FaultWords{"unknown_terminal", "not entered in the register", "终端未登记"},
    FaultWords{"wrong_code", "wrong authentication code", "鉴权码错误"},
    FaultWords{"not_authenticated", "data before authentication", "未鉴权即上报"},
    FaultWords{"other_registration", "registers as something else than before",
               "注册信息与首次不符"},
    FaultWords{"over_budget", "more in a day than is kept of one device",
               "超过单台设备每日接收上限"},
};

json share_json(const Share& share) { return {{"good", share.good}, {"all", share.all}}; }

json fault_json(const store::FaultHistory& fault) {
    const auto* const words = std::ranges::find(fault_words, fault.kind, &FaultWords::kind);
    const bool known = words != fault_words.end();
    return {{"kind", fault.kind},
            {"meaning", known ? words->en : fault.kind},
            {"meaning_zh", known ? words->zh : fault.kind},
            {"count", fault.count},
            {"first_at", fault.first_at},
            {"last_at", fault.last_at},
            {"last_bytes", shown_bytes(fault.last_bytes)}};
}

json fit_json(const Fit& fit) {
    return {{"profile", fit.profile->name},
            {"score", std::lround(fit.score)},
            {"frames", share_json(fit.frames)},
            {"items", share_json(fit.items)},
            {"times", share_json(fit.times)},
            {"places", share_json(fit.places)},
            {"bits", share_json(fit.bits)},
            {"reason", fmt::format("reads {} of {} frames, explains {} of {} items and {} of {} "
                                   "reserved bits; {} of {} times and {} of {} places fit",
                                   fit.frames.good, fit.frames.all, fit.items.good, fit.items.all,
                                   fit.bits.good, fit.bits.all, fit.times.good, fit.times.all,
                                   fit.places.good, fit.places.all)},
            {"reason_zh", fmt::format("可读帧 {}/{},可解释附加项 {}/{},保留位 {}/{};"
                                      "时间合理 {}/{},位置合理 {}/{}",
                                      fit.frames.good, fit.frames.all, fit.items.good,
                                      fit.items.all, fit.bits.good, fit.bits.all, fit.times.good,
                                      fit.times.all, fit.places.good, fit.places.all)}};
}

std::string_view code(telematics::Datum datum) {
    return datum == telematics::Datum::gcj02 ? "gcj02" : "wgs84";
}

// The entry as it is now, as one more profile to be tried: the model's rows with its own zone and
// datum.
telematics::Profile as_entered(const store::TerminalRecord& record) {
    telematics::Profile own{
        .name = record.profile, .time_zone = record.time_zone, .datum = record.datum};
    return telematics::completed(std::move(own));
}

// What would change if the best profile were set; null when nothing would.
json change_for(const store::TerminalRecord& record, const telematics::Profile& best,
                std::chrono::minutes zone) {
    json body = json::object();
    if (best.name != record.profile) body["profile"] = best.name;
    if (zone != record.time_zone) body["time_zone"] = zone_text(zone);
    if (best.datum != record.datum) body["datum"] = code(best.datum);
    if (body.empty()) return nullptr;
    return {{"method", "POST"}, {"path", "/v1/terminals/" + record.id}, {"body", body}};
}

// In hours, as people say it: `8`, `5.5`.
std::string hours(std::chrono::minutes span) {
    return fmt::format("{:g}", static_cast<double>(std::abs(span.count())) / 60);
}

// A clock in another zone than the entered one, and what to set; of any protocol.
void add_clock(json& shown, const store::TerminalRecord& record, std::chrono::minutes zone) {
    shown["likely_zone"] = zone_text(zone);
    if (zone == record.time_zone) return;
    const auto off = zone - record.time_zone;
    const bool utc = zone == std::chrono::minutes{0};
    const std::string shows = utc ? "UTC" : zone_text(zone);
    const bool behind = off < std::chrono::minutes{0};
    shown["clock"] = {
        {"kind", utc ? "utc" : "other_zone"},
        {"zone", zone_text(zone)},
        {"entered", zone_text(record.time_zone)},
        {"off_minutes", off.count()},
        {"meaning",
         fmt::format("its clock shows {} and is read as {}: {} h {} the time of receipt", shows,
                     zone_text(record.time_zone), hours(off), behind ? "behind" : "ahead of")},
        {"meaning_zh", fmt::format("终端时钟为 {},按 {} 解读,比接收时间{} {} 小时", shows,
                                   zone_text(record.time_zone), behind ? "慢" : "快", hours(off))}};
    shown["change"] = {{"method", "POST"},
                       {"path", "/v1/terminals/" + record.id},
                       {"body", {{"time_zone", zone_text(zone)}}}};
}

void add_ranking(json& shown, const store::TerminalRecord& record,
                 std::span<const telematics::Profile> profiles,
                 std::optional<std::chrono::minutes> zone) {
    std::vector<telematics::Profile> tried{profiles.begin(), profiles.end()};
    // The clock is the terminal's, not the model's: every model is tried on the likely zone.
    if (zone) {
        for (auto& one : tried) one.time_zone = *zone;
    }
    const auto fits = telematics::rank_profiles(record.evidence, tried);
    for (const Fit& fit : fits) shown["profiles"].push_back(fit_json(fit));
    if (fits.empty() || fits.front().frames.all == 0) return;
    const std::array entered{as_entered(record)};
    const Fit now = telematics::rank_profiles(record.evidence, entered).front();
    shown["now"] = fit_json(now);
    const bool better = fits.front().score > now.score + 0.5;
    shown["best"] = better ? fits.front().profile->name : record.profile;
    if (!better) return;
    auto change = change_for(record, *fits.front().profile, zone.value_or(record.time_zone));
    if (!change.is_null()) shown["change"] = std::move(change);
}

}  // namespace

std::string zone_text(std::chrono::minutes zone) {
    const auto minutes = std::abs(zone.count());
    return fmt::format("{}{:02}:{:02}", zone.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string shown_bytes(std::span<const std::byte> bytes) {
    constexpr std::size_t id_bytes = 2;
    const std::string hex = telematics::to_hex(bytes.first(std::min(bytes.size(), most_shown)));
    const bool authenticates = hex.find("0102") <= id_bytes;  // with or without its delimiter
    if (authenticates) return hex.substr(0, 2 * id_bytes) + "…*";
    return hex + (bytes.size() > most_shown ? "…" : "");
}

json diagnosis_json(const store::TerminalRecord& record,
                    std::span<const telematics::Profile> profiles) {
    json shown{{"terminal",
                {{"id", record.id},
                 {"number", record.number},
                 {"protocol", record.protocol},
                 {"profile", record.profile},
                 {"time_zone", zone_text(record.time_zone)},
                 {"datum", code(record.datum)}}},
               {"quarantined", record.quarantined},
               {"faults", json::array()},
               {"frames", record.evidence.size()},
               {"profiles", json::array()}};
    if (record.last_fix) {
        const auto& fix = *record.last_fix;
        shown["last_fix"] = {{"at", fix.at},
                             {"received_at", fix.received_at},
                             {"lat", fix.lat},
                             {"lon", fix.lon},
                             {"satellite", fix.satellite}};
    }
    for (const auto& fault : record.faults) shown["faults"].push_back(fault_json(fault));
    const auto zone = telematics::likely_zone(record.evidence);
    if (zone) add_clock(shown, record, *zone);
    if (record.protocol == "jt808") add_ranking(shown, record, profiles, zone);
    return shown;
}

}  // namespace liuhen::server
