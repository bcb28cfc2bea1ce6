// The history of a manifest: what happened, its old versions, and the proof of both.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/store/history_read.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <charconv>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr int most_records = 100;  ///< on a page
constexpr int usual_records = 50;
constexpr std::int64_t newest_version = 2'147'483'647;

struct Page {
    std::uint32_t after{};
    int limit{};
};

// The page asked for, or why there is none.
Result<Page, Reply> page_of(pqxx::work& db, const Call& call) {
    Query query{call.request};
    Page page;
    page.after = static_cast<std::uint32_t>(query.integer("after", 0, newest_version, 0));
    page.limit = static_cast<int>(query.integer("limit", 1, most_records, usual_records));
    if (Faults faults = query.finish(); !faults.empty())
        return fail(unprocessable(std::move(faults)));
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::find_manifest(db, {id})) return fail(refuse(404, "NOT_FOUND"));
    return page;
}

void put(json& shown, const history::Digests& digests) {
    shown["sha256"] = history::hex(digests.sha256);
    shown["sm3"] = history::hex(digests.sm3);
}

// The record without the document, which has an address of its own, and with the signature that
// the version brought.
json shown_record(const store::StoredRecord& one) {
    json shown = json::parse(one.text);
    const json document = std::move(shown["document"]);
    shown.erase("document");
    shown["state"] = document.value("state", "");
    for (const json& signature : document.value("signatures", json::array())) {
        if (signature.value("version", 0U) == one.version) shown["signature"] = signature;
    }
    put(shown, one.digests);
    shown["list"] = nullptr;
    if (one.list) shown["list"] = *one.list;
    return shown;
}

// Items of a page, the one beyond it cut off again.
json paged(std::vector<store::StoredRecord>& records, int limit) {
    json body{{"items", json::array()}, {"next", nullptr}};
    if (records.size() > static_cast<std::size_t>(limit)) {
        records.pop_back();
        body["next"] = records.back().version;
    }
    return body;
}

json shown_head(const store::ProvenHead& one) {
    json path = json::array();
    for (const history::Step& step : one.path) {
        path.push_back({{"side", step.side == history::Step::Side::left ? "left" : "right"}});
        put(path.back(), step.beside);
    }
    return {{"number", one.number},
            {"version", one.version},
            {"list", one.list},
            {"ed25519", history::hex_of(one.signatures.ed25519)},
            {"sm2", history::hex_of(one.signatures.sm2)},
            {"head", one.head},
            {"position", one.position},
            {"path", std::move(path)}};
}

json shown_keys(pqxx::work& db) {
    json keys = json::array();
    for (const auto& one : store::history_keys(db))
        keys.push_back({{"id", one.id},
                        {"ed25519", one.ed25519_pem},
                        {"sm2", one.sm2_pem},
                        {"since", to_iso(one.since)}});
    return keys;
}

std::optional<std::uint32_t> read_version(const std::string& text) {
    std::uint32_t version = 0;
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, version);
    const bool good = error == std::errc{} && last == end && version >= 1 &&
                      version <= static_cast<std::uint32_t>(newest_version);
    return good ? std::optional{version} : std::nullopt;
}

}  // namespace

Reply show_history(pqxx::work& db, const Call& call) {
    const auto page = page_of(db, call);
    if (!page) return page.error();
    auto records = store::records_of(db, call.place("id"), page->after, page->limit + 1);
    json body = paged(records, page->limit);
    for (const auto& one : records) body["items"].push_back(shown_record(one));
    return json_reply(body);
}

Reply show_version(pqxx::work& db, const Call& call) {
    const auto version = read_version(call.place("version"));
    const std::string& id = call.place("id");
    if (!version || !is_uuid(id) || !store::find_manifest(db, {id}))
        return refuse(404, "NOT_FOUND");
    const auto records = store::records_of(db, id, *version - 1, 1);
    if (records.empty() || records.front().version != *version) return refuse(404, "NOT_FOUND");
    Reply reply = json_reply(json::parse(records.front().text).at("document"));
    reply.headers.emplace_back("ETag", '"' + std::to_string(*version) + '"');
    return reply;
}

Reply show_proof(pqxx::work& db, const Call& call) {
    const auto page = page_of(db, call);
    if (!page) return page.error();
    const std::string& id = call.place("id");
    auto records = store::records_of(db, id, page->after, page->limit + 1);
    json body = paged(records, page->limit);
    for (const auto& one : records) {
        body["items"].push_back({{"version", one.version}, {"record", one.text}});
        put(body["items"].back(), one.digests);
    }
    history::Digests previous = history::before_the_first;
    if (page->after > 0) {
        const auto before = store::records_of(db, id, page->after - 1, 1);
        if (!before.empty()) previous = before.front().digests;
    }
    body["manifest"] = id;
    put(body["previous"], previous);
    body["lists"] = json::array();
    const auto until = records.empty() ? page->after : records.back().version;
    for (const auto& one : store::proofs_of(db, id, page->after, until))
        body["lists"].push_back(shown_head(one));
    body["keys"] = shown_keys(db);
    return json_reply(body);
}

Reply show_history_keys(pqxx::work& db, const Call&) {
    return json_reply(json{{"items", shown_keys(db)}, {"next", nullptr}});
}

}  // namespace liuhen::server::http
