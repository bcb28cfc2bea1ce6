// SQL that plans, licences and approvals share: their rows of limits, their versions, their lists.
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"
#include "manifest/quotas.hpp"
#include "server/store/parties.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <cstdint>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// The three registers and the tasks that late steps leave, as shown.
extern const Register plans, licences, approvals, supervision_tasks;

/// One row of a paper: so much of this waste by this method; a plan's also to one receiver.
struct Limit {
    std::string code;
    std::string method;    ///< empty: any
    std::string receiver;  ///< of a plan; else empty
    Grams grams;
};

/// Gives the paper these rows, for each of `years` when it is a licence (else none). Rows that are
/// not among them have a limit of nothing from now on. Throws pqxx::check_violation of
/// quota_not_exceeded when more is held of a row than its new limit.
void set_limits(pqxx::transaction_base& db, manifest::Register of, const std::string& paper,
                const std::vector<Limit>& limits, const std::vector<int>& years = {});

/// Who changed a paper, how; `document` is the paper as it is now shown.
struct PaperEvent {
    std::string paper;
    int version{};
    std::string event;
    std::string role, party, token, person;  ///< role "system": the rest is empty
    Instant at;
    std::string request = "{}";  ///< what was said, JSON
    std::string document;
};
void note_event(pqxx::transaction_base& db, const PaperEvent& event);

/// All versions of a paper that the caller may see, the first one first.
std::vector<nlohmann::json> paper_history(pqxx::transaction_base& db, const std::string& paper);

/// A page of a register, narrowed to rows whose shown member `name` is `value`.
struct Narrowing {
    std::string name, value;  ///< no value: not narrowed
};
RowPage list_papers(pqxx::transaction_base& db, const Register& from,
                    const std::vector<Narrowing>& narrowed, const std::string& after, int limit);

/// What a manifest took and gave back, or who took of one row: the ledger, oldest first, at most
/// 1,000 entries.
enum class Ledger : std::uint8_t { manifest, quota };
std::vector<nlohmann::json> quota_entries(pqxx::transaction_base& db, Ledger of,
                                          const std::string& id);

}  // namespace liuhen::server::store
