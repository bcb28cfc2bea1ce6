// SQL of webhooks as their owners see them: made, changed, ended, and what became of messages.
#pragma once

#include "base/time.hpp"
#include "server/store/parties.hpp"
#include "server/vault.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Without secrets.
extern const Register webhooks;

/// What its owner may set.
struct WebhookWish {
    std::string name;
    std::string url;
    std::vector<std::string> kinds;  ///< CloudEvents types
    std::string tiers;               ///< of alerts: any of "ABC", in this order
    std::vector<std::string> feeds;  ///< that the kinds come from
};
struct NewWebhook {
    std::string id;
    std::string role, party, division;  ///< of the caller; in whose eyes feeds are read
    WebhookWish wish;
    SealedSecret secret;
    Instant now;
    std::string by;  ///< token
};
void insert_webhook(pqxx::transaction_base& db, const NewWebhook& webhook);

/// Told from now on by its new address, of its new kinds; one that is disabled stays so. False:
/// there is none that the caller has.
bool change_webhook(pqxx::transaction_base& db, const std::string& id, const WebhookWish& wish,
                    Instant now);

/// `renew`: a newer secret signs from now on, the one before it beside it until `until`. False:
/// there is no such webhook.
bool renew_webhook_secret(pqxx::transaction_base& db, const std::string& id,
                          const SealedSecret& secret, Instant now, Instant until);
/// Nothing is sent any more, and what was kept for it is gone. False: there is no such webhook.
bool end_webhook(pqxx::transaction_base& db, const std::string& id, Instant now);
/// Goes on where it stopped, at once. False: there is no such webhook.
bool resume_webhook(pqxx::transaction_base& db, const std::string& id, Instant now);
/// Sends nothing until it is resumed. False: there is no such webhook, or it is disabled already.
bool pause_webhook(pqxx::transaction_base& db, const std::string& id, Instant now);

struct NewLetter {
    std::string id, webhook, message, kind, body;
    Instant now;
};
/// To be sent once, soon.
void queue_letter(pqxx::transaction_base& db, const NewLetter& letter);
/// The same for one that was laid aside. False: there is none, or it is not dead.
bool queue_again(pqxx::transaction_base& db, const std::string& webhook, const std::string& id);

/// What was laid aside of a webhook, the oldest first, beyond `after`.
RowPage list_letters(pqxx::transaction_base& db, const std::string& webhook,
                     const std::string& after, int limit);
/// Its tries, the newest first, before `before` (0: from the newest).
struct TryPage {
    std::vector<nlohmann::json> items;
    std::int64_t next{};  ///< 0: the end
};
TryPage list_tries(pqxx::transaction_base& db, const std::string& webhook, std::int64_t before,
                   int limit);

}  // namespace liuhen::server::store
