// SQL of the inbox: what a manifest's events tell the others, which webhook disabled itself, and
// whether it was read.
#pragma once

#include "manifest/lifecycle.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Tells those whom the decision's effects name; nobody is told what he did himself.
void tell(pqxx::transaction_base& db, const manifest::Decision& decision,
          const manifest::Request& request, Instant now);

/// Tells a manifest's organisations of what is no event of it.
void tell_organisations(pqxx::transaction_base& db, const manifest::Manifest& manifest,
                        const std::string& said, Instant now);

struct InboxRow {
    std::int64_t id{};
    ManifestId manifest;  ///< empty: about a firm's book, or a webhook
    PartyId book;         ///< whose book; empty: about something else
    std::string no;
    std::uint32_t version{};
    std::string event;
    std::string at;
    std::string read_at;  ///< empty: not yet
    std::string webhook;  ///< empty: about something else
};
struct InboxQuery {
    std::int64_t after{};  ///< id of the last one seen
    bool unread = false;   ///< only those not read yet
    int limit = 50;
};
/// The caller's rows by id.
std::vector<InboxRow> read_inbox(pqxx::transaction_base& db, const InboxQuery& query);

/// Marks a row as read; the first reading stands. False when there is none for this caller.
bool mark_read(pqxx::transaction_base& db, std::int64_t id, const std::string& token, Instant now);

}  // namespace liuhen::server::store
