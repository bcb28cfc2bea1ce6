#include "simulators/police.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace liuhen::simulators {
namespace {

constexpr std::size_t max_faults = 50;  // told; a broken feed would fill the report otherwise
constexpr std::string_view type_head = "liuhen.alert.", type_tail = ".v1";

std::string short_type(const std::string& type) {
    if (!type.starts_with(type_head) || !type.ends_with(type_tail)) return {};
    return type.substr(type_head.size(), type.size() - type_head.size() - type_tail.size());
}

}  // namespace

void AlertLog::fault(const std::string& text) {
    if (faults_.size() < max_faults) faults_.push_back(text);
}

void AlertLog::take(const json& event) {
    ++events_;
    const json data = event.value("data", json::object());
    const std::string alert = data.value("alert", "");
    const std::int64_t revision = data.value("revision", std::int64_t{0});
    AlertSeen seen{.kind = data.value("kind", ""),
                   .plate = data.value("plate", ""),
                   .type = short_type(event.value("type", "")),
                   .detected_at = parse_iso(data.value("detected_at", "")).value_or(Instant{}),
                   .revision = revision};
    if (alert.empty() || revision < 1 || seen.type.empty()) {
        return fault("an event of the feed is no alert: " + event.dump().substr(0, 200));
    }
    if (event.value("id", "") != alert + "." + std::to_string(revision)) {
        fault(fmt::format("event id {} is not {}.{}", event.value("id", ""), alert, revision));
    }
    if (!seen_.emplace(alert, revision).second) {
        return fault(fmt::format("alert {} revision {} was told twice", alert, revision));
    }
    const auto before = alerts_.find(alert);
    const std::int64_t expected = before == alerts_.end() ? 1 : before->second.revision + 1;
    if (revision != expected) {
        fault(fmt::format("alert {} jumps to revision {}, {} was due", alert, revision, expected));
    }
    alerts_[alert] = std::move(seen);
}

awaitable<void> read_alerts(Api police, AlertLog& log, const Curtain& curtain) {
    std::string cursor;
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (;;) {
        const bool last = curtain.down;  // what is there after the curtain fell is all there is
        const std::string from = cursor.empty() ? "" : "&after=" + cursor;
        const json page = co_await police.get("/v1/alerts?tier=A,B,C&limit=200&wait=1" + from);
        for (const json& event : page.at("events")) log.take(event);
        if (page.contains("next") && !page["next"].is_null()) {
            const json& next = page["next"];
            cursor = next.is_string() ? next.get<std::string>() : next.dump();
        }
        if (!page.at("events").empty()) continue;
        if (last) co_return;
        pause.expires_after(std::chrono::milliseconds{20});
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace liuhen::simulators
