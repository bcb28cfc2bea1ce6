// SQL of what the national system is told: made with each event, sent in order, answered once.
#pragma once

#include "manifest/manifest.hpp"
#include "server/national/answer.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Puts down that `m` is to be told as the event left it; nothing while there is no national
/// system. In the event's transaction, whoever sends it.
void put_report(pqxx::transaction_base& db, const manifest::Manifest& m, const std::string& event,
                Instant now);

/// Whether the answers are in that a manifest has to have before it is closed (T31).
enum class NationalAnswer : std::uint8_t { not_asked, complete, missing };
NationalAnswer national_answer(pqxx::transaction_base& db, const ManifestId& id);

/// How far the nation has been told of these manifests; those that it is told nothing of are left
/// out.
std::map<std::string, manifest::Sync> national_sync(pqxx::transaction_base& db,
                                                    const std::vector<std::string>& manifests);

// ---- for the sender, as liuhen_core ----

/// Whether reports are made from now on. What a server that ended left under way is due at once.
void begin_reporting(pqxx::transaction_base& db, bool enabled, Instant now);

/// A report that is being tried, with the record that it is made of.
struct TriedReport {
    std::int64_t id{};
    std::string number;
    std::uint32_t version{};
    std::string event;
    Instant at;          ///< when it happened
    std::string record;  ///< of the history, as of the version whose content is sent
    int attempts{};      ///< this one included
};
/// Takes the report that has been due longest, and none before it of its manifest is unanswered;
/// it is due again at `again`, should nobody live to say what became of it.
std::optional<TriedReport> take_report(pqxx::transaction_base& db, Instant now, Instant again);

/// What became of a try; passed over when the report is no longer at that try.
void settle_report(pqxx::transaction_base& db, const TriedReport& tried,
                   const national::Verdict& verdict, Instant now, Instant again);

/// What waits, for those who watch.
struct Backlog {
    std::int64_t waiting{};
    std::int64_t refused{};
    std::optional<Instant> oldest{};  ///< when the event happened that has waited longest
};
Backlog national_backlog(pqxx::transaction_base& db);

// ---- for people ----

struct ReportRow {
    std::int64_t id{};
    std::string manifest, number;
    std::uint32_t version{};
    std::string event;
    std::uint32_t as_of{};
    std::string status;
    int attempts{};
    std::string created_at, sent_at, due_at, answered_at;  ///< ISO 8601; empty: not yet
    bool duplicate{};
    std::string reference, code, message;
};
struct ReportQuery {
    std::string status;    ///< empty: all
    std::string manifest;  ///< empty: all
    std::int64_t after{};  ///< id
    int limit{};
};
std::vector<ReportRow> list_reports(pqxx::transaction_base& db, const ReportQuery& query);

/// What a person decides about a report that was refused.
struct Ruling {
    std::int64_t report{};
    bool resend{};       ///< with the manifest's present content; else it is set aside
    std::string reason;  ///< why it is set aside
    std::string token_id, person;
};
enum class Ruled : std::uint8_t { done, no_such_report, not_refused };
Ruled rule_on_report(pqxx::transaction_base& db, const Ruling& ruling, Instant now);

}  // namespace liuhen::server::store
