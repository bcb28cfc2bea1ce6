// Webhooks: addresses that are told what changes, and what became of each message.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

// webhooks_api.cpp
Reply list_webhooks(pqxx::work& db, const Call& call);
awaitable<Reply> add_webhook(Front& front, Call call);
Reply show_webhook(pqxx::work& db, const Call& call);
awaitable<Reply> change_webhook(Front& front, Call call);
Reply end_webhook(pqxx::work& db, const Call& call);
Reply pause_webhook(pqxx::work& db, const Call& call);
Reply resume_webhook(pqxx::work& db, const Call& call);

// webhook_letters_api.cpp
Reply renew_webhook_secret(pqxx::work& db, const Call& call);
Reply ping_webhook(pqxx::work& db, const Call& call);
Reply list_webhook_tries(pqxx::work& db, const Call& call);
Reply list_dead_letters(pqxx::work& db, const Call& call);
Reply resend_dead_letter(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
