#include "server/tools/verify.hpp"

#include "server/database.hpp"
#include "server/tools/verify_lists.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace liuhen::server::verify {
namespace {

constexpr std::size_t number_digits = 14;

// The smallest version 7 uuid of that millisecond.
std::string floor_of(Instant at) {
    const auto ms = static_cast<std::uint64_t>(at.time_since_epoch().count());
    return fmt::format("{:08x}-{:04x}-0000-0000-000000000000", ms >> 16U, ms & 0xFFFFU);
}

std::string find_manifest(pqxx::transaction_base& db, const std::string& asked) {
    const bool by_number =
        asked.size() == number_digits && asked.find_first_not_of("0123456789") == std::string::npos;
    const auto rows = db.exec_params(
        by_number ? "SELECT id FROM manifests WHERE no = $1" : "SELECT $1::uuid", asked);
    if (rows.empty()) throw std::runtime_error{"there is no manifest of number " + asked};
    return rows[0][0].c_str();
}

Range range_of(pqxx::transaction_base& db, const Options& options) {
    Range range;
    if (!options.manifest.empty()) range.only = find_manifest(db, options.manifest);
    if (options.from) range.from = floor_of(*options.from);
    if (options.to) range.until = floor_of(*options.to);
    range.bounded = options.from.has_value();
    return range;
}

history::Verifier read_key(const std::string& path) {
    std::ifstream in{path};
    std::ostringstream text;
    text << in.rdbuf();
    auto verifier = history::Verifier::from_pem(text.str());
    if (!in || !verifier)
        throw std::runtime_error{path + " does not hold an Ed25519 and an SM2 public key"};
    return *std::move(verifier);
}

Trust trust_of(pqxx::transaction_base& db, const Options& options, Report& report) {
    Trust trust;
    trust.folder = options.anchors;
    for (const auto& path : options.keys) trust.keys.push_back(read_key(path));
    if (!trust.keys.empty()) return trust;
    if (!options.anchors.empty()) trust.keys = history::keys_in(options.anchors);
    if (!trust.keys.empty()) return trust;
    report.notes.emplace_back(
        "the keys come from the database itself, whose owner could have put others there;"
        " --anchors or --key names independent ones");
    for (const auto& row : db.exec("SELECT ed25519 || sm2 FROM history_keys")) {
        if (auto verifier = history::Verifier::from_pem(row[0].c_str()))
            trust.keys.push_back(*std::move(verifier));
    }
    return trust;
}

// The role may see every manifest and can change nothing.
void begin(pqxx::transaction_base& db) {
    db.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    db.exec("SELECT set_config('liuhen.role', 'auditor', true)");
}

std::optional<std::string> text_of(const std::string& conninfo, std::uint64_t number) {
    pqxx::connection connection{conninfo};
    pqxx::work db{connection};
    const auto rows = db.exec_params("SELECT list FROM history_anchors WHERE number = $1::bigint",
                                     std::to_string(number));
    if (rows.empty()) return std::nullopt;
    return rows[0][0].c_str();
}

}  // namespace

std::string_view code(Fault fault) {
    constexpr std::string_view names[] = {
        "RECORD_CHANGED",   "CHAIN_BROKEN",    "RECORD_MISPLACED", "RECORD_MISSING",
        "MANIFEST_CHANGED", "HISTORY_MISSING", "MANIFEST_MISSING", "HEAD_MISSING",
        "HEAD_CHANGED",     "LIST_MISSING",    "LIST_CHANGED",     "LIST_FORGED",
        "LIST_UNLINKED",    "NOT_LISTED",      "PENDING_WRONG",    "FILE_MISSING",
        "FILE_CHANGED",     "TOTALS_WRONG"};
    static_assert(std::size(names) == static_cast<std::size_t>(Fault::count_));
    return names[static_cast<std::size_t>(fault)];
}

void Report::add(Finding finding) {
    ++faults;
    if (findings.size() < most_findings) findings.push_back(std::move(finding));
}

Report verify(const Options& options, Progress& progress) {
    const std::string conninfo = conninfo_as(options.database, options.role);
    pqxx::connection connection{conninfo};
    pqxx::work db{connection};
    begin(db);
    Report report;
    const Range range = range_of(db, options);
    Trust trust = trust_of(db, options, report);
    trust.text_now = [&conninfo](std::uint64_t number) { return text_of(conninfo, number); };
    check_chains(db, range, report, progress);
    check_lists(db, range, trust, report, progress);
    return report;
}

}  // namespace liuhen::server::verify
