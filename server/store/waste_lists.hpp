// SQL of the waste lists' editions: imported whole, looked up by day.
#pragma once

#include "manifest/waste_list.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// One edition as it comes in. Its entries have passed `manifest::entry_faults`, no code or rule
/// comes twice, and there is at least one.
struct WasteList {
    manifest::ListKind kind{};
    std::string edition;  ///< 1-20 of 0-9 A-Z a-z . _ -
    std::chrono::sys_days valid_from;
    std::optional<std::chrono::sys_days> valid_to;  ///< last day; empty: until a later edition
    std::vector<manifest::ListedWaste> codes;       ///< of HW and GENERAL
    std::vector<manifest::Exemption> exemptions;    ///< of EXEMPTION
};

/// Who brought data in, from where.
struct Origin {
    std::string source;  ///< name of a file, or of the interface
    std::string by;
    Instant at;
};
/// `made`: new; `changed`: what was there has been replaced; `unchanged`: the same again.
enum class Imported : std::uint8_t { made, changed, unchanged };
std::string_view code(Imported outcome);

/// Replaces the edition as a whole.
Imported import_list(pqxx::transaction_base& db, const WasteList& list, const Origin& origin);

/// What the editions in force on the manifest's planned day (`now` without one) say of its lines.
manifest::ListsInForce lists_in_force(pqxx::transaction_base& db, const manifest::Manifest& draft,
                                      Instant now);

/// Every edition, newest first, as shown.
std::vector<nlohmann::json> waste_lists(pqxx::transaction_base& db);

struct CodeQuery {
    manifest::ListKind kind{};  ///< hazardous or general
    std::string text;           ///< part of a code, category or name; empty: all
    std::chrono::sys_days on;
    std::string after;  ///< code of the last one seen; empty: from the start
    int limit = 50;
};
/// The edition in force on the day (empty: none is imported), and its codes with their exemptions.
struct CodePage {
    std::string edition;
    std::vector<nlohmann::json> items;
};
CodePage find_codes(pqxx::transaction_base& db, const CodeQuery& query);

}  // namespace liuhen::server::store
