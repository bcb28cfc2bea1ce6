// SQL of webhooks as the server works through them: who is due, how far each is, what a try came
// to. As liuhen_core.
#pragma once

#include "server/outbound/http_client.hpp"
#include "server/vault.hpp"
#include "server/webhook_message.hpp"
#include "server/webhook_rules.hpp"
#include "server/webhook_tally.hpp"

#include <pqxx/transaction_base>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// One that may have something to be sent.
struct DueWebhook {
    std::string id;
    bool letters = false;    ///< some are queued
    std::int64_t changed{};  ///< when its owner changed something last: as good as a version
    std::string owner;       ///< organisation, or authority with its area
    bool proven = false;     ///< its last try was taken, since it was changed
};
/// Active ones whose time has come, and any with letters; those of closed organisations are passed
/// over. At most `limit`, the longest waiting first.
std::vector<DueWebhook> due_webhooks(pqxx::transaction_base& db, Instant now, int limit);

/// A letter that is to be sent once.
struct QueuedLetter {
    std::string id, message, kind, body;
};

/// All that is needed to send to one webhook.
struct WebhookLine {
    std::string id;
    std::string role, party, division;  ///< in whose eyes the feeds are read
    std::string url, tiers;
    std::vector<std::string> kinds;
    bool due = false;        ///< active, and its time has come
    std::int64_t changed{};  ///< as of DueWebhook
    std::vector<SealedSecret> secrets;
    int attempts{};  ///< failed ones of the message that comes next
    std::optional<Instant> first_at, failing_since;
    std::map<webhook::FeedName, std::int64_t> cursors;  ///< of the feeds that it wants
    std::vector<QueuedLetter> letters;
};
/// Nullopt: ended. A feed that was not begun begins with what was recorded when it was wanted.
std::optional<WebhookLine> find_webhook_line(pqxx::transaction_base& db, const std::string& id,
                                             Instant now);

/// How they stand, for /metrics.
webhook::Standings count_webhooks(pqxx::transaction_base& db);

/// What a secret is sealed for: it opens as no other webhook's.
std::string bound_to_webhook(const std::string& id);

/// One try as it is written down.
struct TryRecord {
    std::string webhook, message, kind;
    int attempt = 1;
    Instant at;
    OutboundAnswer answer;
    webhook::Fate fate{};
};

/// What the try of a feed's message came to, with how far the feed is told.
struct Settlement {
    TryRecord record;
    webhook::Message message;
    Instant next_at;               ///< of the same message, when it is to be tried again
    bool failed_too_long = false;  ///< then it is disabled
};
/// Written down in one go. False: nothing more is to be sent now.
bool settle_try(pqxx::transaction_base& db, const std::string& letter_id, const Settlement& of);

/// What the one try of a letter came to.
void settle_letter(pqxx::transaction_base& db, const std::string& letter_id, const TryRecord& of);

/// Everything up to here was for others.
void pass_over(pqxx::transaction_base& db, const std::string& id, webhook::FeedName feed,
               std::int64_t no);
/// Not tried before `next_at`: the server itself cannot.
void put_off_webhook(pqxx::transaction_base& db, const std::string& id, std::string_view fault,
                     Instant next_at);

/// Forgets tries before `tries` and letters made before `letters`.
void forget_tries(pqxx::transaction_base& db, Instant tries, Instant letters);

}  // namespace liuhen::server::store
