#include "server/tools/verify_chains.hpp"

#include "server/history/digest.hpp"
#include "server/history/record.hpp"
#include "server/json/manifest_json.hpp"
#include "server/store/digest_text.hpp"
#include "server/store/manifests.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <map>

namespace liuhen::server::verify {
namespace {

using nlohmann::json;

constexpr const char* fetch_some = "FETCH 1000 FROM records";
constexpr std::size_t shown_bytes = 80;  // of a value in a finding

std::string text(const pqxx::field& field) { return field.is_null() ? "" : field.c_str(); }

std::string shortened(std::string value) {
    if (value.size() <= shown_bytes) return value;
    value.resize(shown_bytes);
    while (!value.empty() && (static_cast<unsigned char>(value.back()) & 0xC0U) == 0x80U)
        value.pop_back();
    if (!value.empty() && static_cast<unsigned char>(value.back()) >= 0xC0U) value.pop_back();
    return value + "…";
}

// What the columns of a record say, with nothing of what only the hashed text holds.
history::Happening columns_of(const pqxx::row& row) {
    history::Happening said;
    said.manifest = text(row["manifest_id"]);
    said.version = row["version"].as<std::uint32_t>();
    said.transition = text(row["transition"]);
    said.event = text(row["event"]);
    said.role = text(row["role"]);
    said.party = text(row["party_id"]);
    said.token = text(row["token_id"]);
    said.person = text(row["person"]);
    said.origin = text(row["origin"]);
    said.at = store::instant_from_ms(row["at_ms"].as<std::int64_t>());
    said.recorded_at = store::instant_from_ms(row["recorded_ms"].as<std::int64_t>());
    said.request = "0";
    said.document = "0";
    return said;
}

void add_files(std::vector<std::string>& found, const json& record, const char* field) {
    if (!record.is_object() || !record.contains(field)) return;
    const json& named = record[field];
    for (const json& one : named.is_array() ? named : json::array({named})) {
        // Before files were kept a record could name anything.
        if (one.is_string() && history::digest_from_hex(one.get_ref<const std::string&>()))
            found.push_back(one.get<std::string>());
    }
}

std::vector<std::string> files_named_in(const json& document) {
    std::vector<std::string> found;
    if (!document.is_object()) return found;
    for (const char* weighing : {"weigh_out", "weigh_in", "weigh_return"})
        add_files(found, document.value(weighing, json()), "photos");
    for (const json& leg : document.value("legs", json::array()))
        add_files(found, leg, "handed_out_files");
    add_files(found, document.value("discrepancy", json()), "dispute_files");
    add_files(found, document.value("backfill", json()), "paper_scan");
    return found;
}

struct Column {
    const char* name;    // of the column
    const char* member;  // of the record
};
constexpr Column columns[] = {
    {"transition", "transition"}, {"event", "event"},    {"role", "role"},
    {"party_id", "party"},        {"token_id", "token"}, {"person", "person"},
    {"origin", "origin"},         {"at", "at"},          {"recorded_at", "recorded_at"},
};

class Walk {
public:
    Walk(pqxx::transaction_base& db, Report& report) : db_(db), report_(report) {}

    void record(const pqxx::row& row) {
        const history::Happening said = columns_of(row);
        if (said.manifest != manifest_) begin(said.manifest);
        expect_version(said);
        const std::string record = text(row["record"]);
        const auto stored = store::read_digests(row["sha256"], row["sm3"]);
        if (history::chained(last_, record) != stored)
            find(Fault::chain_broken, said.version, "record",
                 "its digests do not follow from the record and the one before it");
        last_ = stored;
        const json hashed = json::parse(record, nullptr, false);
        compare(said, hashed);
        note_files(hashed);
        newest_ = record;
        ++report_.records;
    }
    /// Ends the manifest at hand.
    void end() {
        if (!manifest_.empty()) compare_current();
        for (const auto& [id, version] : files_) check_file(id, version);
        files_.clear();
        manifest_.clear();
    }

private:
    void begin(const std::string& manifest) {
        end();
        manifest_ = manifest;
        last_ = history::before_the_first;
        version_ = 0;
        ++report_.manifests;
    }

    void find(Fault fault, std::uint32_t version, std::string field, std::string detail) {
        report_.add({fault, manifest_, version, 0, std::move(field), std::move(detail)});
    }

    void expect_version(const history::Happening& said) {
        if (said.version != version_ + 1)
            find(Fault::record_missing, version_ + 1, "",
                 "versions " + std::to_string(version_ + 1) + " to " +
                     std::to_string(said.version - 1) + " are missing");
        version_ = said.version;
    }

    // Written anew from the columns, a record's members are the hashed text's, but for the request,
    // the document and the two that have no column.
    void compare(const history::Happening& said, const json& hashed) {
        if (!hashed.is_object())
            return find(Fault::record_changed, said.version, "record", "it is no JSON object");
        if (hashed.value("manifest", "") != said.manifest ||
            hashed.value("version", 0U) != said.version)
            return find(Fault::record_misplaced, said.version, "record",
                        "it is the record of version " + hashed.value("version", json()).dump() +
                            " of manifest " + shortened(hashed.value("manifest", "")));
        const json stored = json::parse(history::record_text(said));
        for (const Column& column : columns) {
            const std::string now = stored.value(column.member, "");
            const std::string then = hashed.value(column.member, "");
            if (now == then) continue;
            find(Fault::record_changed, said.version, column.name,
                 "the column says \"" + shortened(now) + "\", the record \"" + shortened(then) +
                     '"');
        }
    }

    // The first version that names a file answers for it.
    void note_files(const json& hashed) {
        if (!hashed.is_object() || !hashed.contains("document")) return;
        for (auto& id : files_named_in(hashed["document"])) files_.try_emplace(id, version_);
    }

    void check_file(const std::string& id, std::uint32_t version) {
        const auto rows = db_.exec_params(
            "SELECT sha256(bytes) = sha256 FROM media_bytes WHERE sha256 = decode($1, 'hex')", id);
        if (rows.empty())
            find(Fault::file_missing, version, "", "the file " + id + " is gone");
        else if (!rows[0][0].as<bool>())
            find(Fault::file_changed, version, "", "the file " + id + " has another content");
    }

    void compare_current() {
        const auto rows = db_.exec_params(
            "SELECT document, version, no, kind, state, producer_id, carrier_id, receiver_id,"
            " vehicle_id FROM manifests WHERE id = $1::uuid",
            manifest_);
        if (rows.empty())
            return find(Fault::manifest_missing, 0, "", "there are records of it and no manifest");
        const json record = json::parse(newest_, nullptr, false);
        if (!record.is_object() || !record.contains("document")) return;  // told already
        const json then = record["document"];
        const json now = json::parse(rows[0]["document"].c_str());
        for (const json& step : json::diff(then, now))
            find(Fault::manifest_changed, version_, step["path"].get<std::string>(),
                 "the manifest is not what its newest record led to");
        compare_columns(rows[0], then);
    }

    void compare_columns(const pqxx::row& row, const json& document) {
        try {
            const auto manifest = manifest_from_json(document);
            for (const auto& [column, value] : store::columns_of(manifest)) {
                if (text(row[column]) == value) continue;
                find(Fault::manifest_changed, version_, column,
                     "the column says \"" + shortened(text(row[column])) + "\", the record \"" +
                         shortened(value) + '"');
            }
        } catch (const std::exception&) {
            find(Fault::record_changed, version_, "/document", "it is no manifest");
        }
    }

    pqxx::transaction_base& db_;
    Report& report_;
    std::string manifest_, newest_;
    std::uint32_t version_ = 0;
    history::Digests last_;
    std::map<std::string, std::uint32_t> files_;  // by id: the first version that names it
};

void check_empty_manifests(pqxx::transaction_base& db, const Range& range, Report& report) {
    const auto rows = db.exec_params(
        "SELECT id FROM manifests m WHERE id >= $1::uuid"
        " AND ($2 = '' OR id < NULLIF($2, '')::uuid) AND ($3 = '' OR id = NULLIF($3, '')::uuid)"
        " AND NOT EXISTS (SELECT 1 FROM manifest_events e WHERE e.manifest_id = m.id)",
        range.from, range.until, range.only);
    for (const auto& row : rows)
        report.add({Fault::history_missing, row[0].c_str(), 0, 0, "",
                    "the manifest has no record at all"});
}

}  // namespace

bool Range::contains(const std::string& manifest) const {
    if (!only.empty()) return manifest == only;
    return manifest >= from && (until.empty() || manifest < until);
}

void check_chains(pqxx::transaction_base& db, const Range& range, Report& report,
                  Progress& progress) {
    const auto quoted = [&db](const std::string& id) { return db.quote(id) + "::uuid"; };
    std::string where = "manifest_id >= " + quoted(range.from);
    if (!range.until.empty()) where += " AND manifest_id < " + quoted(range.until);
    if (!range.only.empty()) where += " AND manifest_id = " + quoted(range.only);
    db.exec0(
        "DECLARE records NO SCROLL CURSOR FOR SELECT manifest_id, version, transition, event, role,"
        " party_id, token_id, person, origin, (extract(epoch FROM at) * 1000)::bigint AS at_ms,"
        " (extract(epoch FROM recorded_at) * 1000)::bigint AS recorded_ms, record,"
        " encode(sha256, 'hex') AS sha256, encode(sm3, 'hex') AS sm3 FROM manifest_events WHERE " +
        where + " ORDER BY manifest_id, version");
    Walk walk{db, report};
    for (auto rows = db.exec(fetch_some); !rows.empty(); rows = db.exec(fetch_some)) {
        for (const auto& row : rows) walk.record(row);
        progress.at(report);
    }
    walk.end();
    db.exec0("CLOSE records");
    check_empty_manifests(db, range, report);
}

}  // namespace liuhen::server::verify
