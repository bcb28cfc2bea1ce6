#include "server/webhook_message.hpp"

#include "server/base64.hpp"
#include "server/crypto.hpp"
#include "server/hmac.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace liuhen::server::webhook {
namespace {

using nlohmann::json;

constexpr std::string_view secret_head = "whsec_";
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t id_digits = 32;

json event_of(std::string_view type, std::string_view source, json data) {
    return {{"specversion", "1.0"},
            {"type", type},
            {"source", source},
            {"datacontenttype", "application/json"},
            {"data", std::move(data)}};
}

std::string written(const json& event) {
    return event.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string key_of(std::string_view secret) {
    auto key = secret.starts_with(secret_head) ? from_base64(secret.substr(secret_head.size()))
                                               : std::nullopt;
    if (!key || key->size() != secret_bytes) throw std::runtime_error{"no secret of a webhook"};
    return *std::move(key);
}

}  // namespace

std::string_view code(FeedName feed) { return feed == FeedName::alerts ? "alerts" : "manifests"; }

// An id that no part of the signed text can be mistaken for: no full stop in it.
std::string message_id(const std::string& webhook, std::string_view event_id) {
    return "msg_" + sha256_hex(webhook + ' ' + std::string{event_id}).substr(0, id_digits);
}

Message message_of(const std::string& webhook, FeedName feed, std::int64_t no, std::string event) {
    const json read = json::parse(event);
    return {.feed = feed,
            .no = no,
            .id = message_id(webhook, read.at("id").get<std::string>()),
            .kind = read.at("type"),
            .time = parse_iso(read.at("time").get<std::string>()).value_or(Instant{}),
            .body = std::move(event)};
}

std::string change_event(const store::Change& change) {
    const std::string version = std::to_string(change.version);
    json data{{"manifest", change.manifest}, {"version", change.version}};
    if (change.seen) {
        data["state"] = change.state;
        data["at"] = change.at;
        if (!change.number.empty()) data["no"] = change.number;
        if (!change.event.empty()) data["event"] = change.event;
    } else {
        data["gone"] = true;
    }
    json event = event_of("liuhen.manifest.changed.v1", "urn:liuhen:manifests", std::move(data));
    event["id"] = change.manifest + '.' + version;
    event["subject"] = change.manifest;
    event["time"] = change.recorded_at;
    return written(event);
}

std::string ping_event(const std::string& webhook, const std::string& letter, Instant now) {
    json event = event_of(ping_kind, "urn:liuhen:webhooks", {{"webhook", webhook}});
    event["id"] = letter;
    event["subject"] = webhook;
    event["time"] = to_iso(now);
    return written(event);
}

std::string new_secret() {
    return std::string{secret_head} + to_base64(random_bytes(secret_bytes));
}

std::vector<std::string> headers_of(const std::string& id, const std::string& body, Instant now,
                                    const std::vector<std::string>& secrets) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const std::string timestamp = std::to_string(seconds);
    const std::string signed_text = id + '.' + timestamp + '.' + body;
    std::string signatures;
    for (const auto& secret : secrets) {
        if (!signatures.empty()) signatures += ' ';
        signatures += "v1," + to_base64(hmac_sha256(key_of(secret), signed_text));
    }
    return {"Content-Type: application/cloudevents+json; charset=utf-8",
            "User-Agent: Liuhen-Webhooks/1", "webhook-id: " + id, "webhook-timestamp: " + timestamp,
            "webhook-signature: " + signatures};
}

}  // namespace liuhen::server::webhook
