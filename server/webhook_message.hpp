// What a webhook sends: a CloudEvents body under a Standard Webhooks signature.
#pragma once

#include "base/time.hpp"
#include "server/store/changes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::webhook {

/// Which order an event has its place in.
enum class FeedName : std::uint8_t { alerts, manifests };
/// "alerts"
std::string_view code(FeedName feed);

/// One event on its way to one webhook.
struct Message {
    FeedName feed{};
    std::int64_t no{};  ///< its place in the feed
    std::string id;     ///< webhook-id: the same at each try, another for each webhook
    std::string kind;   ///< CloudEvents type
    Instant time;       ///< when it was recorded
    std::string body;
};

/// What can be wanted, as CloudEvents types.
struct KindRow {
    std::string_view kind;
    FeedName feed;
};
inline constexpr KindRow kinds[] = {
    {"liuhen.alert.raised.v1", FeedName::alerts},
    {"liuhen.alert.amended.v1", FeedName::alerts},
    {"liuhen.alert.withdrawn.v1", FeedName::alerts},
    {"liuhen.manifest.changed.v1", FeedName::manifests},
};
inline constexpr std::string_view ping_kind = "liuhen.webhook.ping.v1";

/// The message that a CloudEvents text is to one webhook.
Message message_of(const std::string& webhook, FeedName feed, std::int64_t no, std::string event);
/// A change of a manifest as the CloudEvents text: what changed, not the manifest itself.
std::string change_event(const store::Change& change);
/// What is sent when somebody asks for a trial; `letter` is its id.
std::string ping_event(const std::string& webhook, const std::string& letter, Instant now);
std::string message_id(const std::string& webhook, std::string_view event_id);

/// "whsec_" and 32 random bytes in base64.
std::string new_secret();
/// The header lines of a message at the time of a try. Each secret signs for itself, the newest
/// first. Throws std::runtime_error when one is none of `new_secret`.
std::vector<std::string> headers_of(const std::string& id, const std::string& body, Instant now,
                                    const std::vector<std::string>& secrets);

}  // namespace liuhen::server::webhook
