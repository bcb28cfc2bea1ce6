#include "server/store/anchors.hpp"

#include "server/store/digest_text.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <tuple>

namespace liuhen::server::store {
namespace {

using history::Head;
using history::SignedList;

Head read_head(const pqxx::row& row) {
    return {row[0].c_str(), row[1].as<std::uint32_t>(), read_digests(row[2], row[3])};
}

// An array of values that need no quotes: ids, numbers, digits.
class Array {
public:
    void add(const std::string& value) { text_ += (text_.size() > 1 ? "," : "") + value; }
    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    std::string text_ = "{";
};

void insert_heads(pqxx::transaction_base& db, std::uint64_t number,
                  const std::vector<Head>& heads) {
    Array manifests, versions, sha256, sm3;
    for (const Head& head : heads) {
        manifests.add(head.manifest);
        versions.add(std::to_string(head.version));
        sha256.add(history::hex(head.digests.sha256));
        sm3.add(history::hex(head.digests.sm3));
    }
    db.exec_params0(
        "INSERT INTO history_heads (number, position, manifest_id, version, sha256, sm3)"
        " SELECT $1::bigint, place - 1, id, version, decode(a, 'hex'), decode(b, 'hex') FROM"
        " unnest($2::uuid[], $3::int[], $4::text[], $5::text[])"
        " WITH ORDINALITY AS h(id, version, a, b, place)",
        std::to_string(number), manifests.text(), versions.text(), sha256.text(), sm3.text());
}

}  // namespace

std::vector<Head> take_pending(pqxx::transaction_base& db, std::size_t most) {
    const auto rows = db.exec_params(
        "DELETE FROM history_pending p USING (SELECT manifest_id, version FROM history_pending"
        " ORDER BY manifest_id, version LIMIT $1::int) first WHERE"
        " p.manifest_id = first.manifest_id AND p.version = first.version"
        " RETURNING p.manifest_id, p.version, encode(p.sha256, 'hex'), encode(p.sm3, 'hex')",
        std::to_string(most));
    std::vector<Head> taken;
    taken.reserve(rows.size());
    for (const auto& row : rows) taken.push_back(read_head(row));
    std::sort(taken.begin(), taken.end(), [](const Head& a, const Head& b) {
        return std::tie(a.manifest, a.version) < std::tie(b.manifest, b.version);
    });
    return taken;
}

std::uint64_t newest_list(pqxx::transaction_base& db) {
    return db.exec1("SELECT coalesce(max(number), 0) FROM history_anchors")[0].as<std::uint64_t>();
}

std::optional<SignedList> find_list(pqxx::transaction_base& db, std::uint64_t number) {
    const auto found = db.exec_params(
        "SELECT list, encode(ed25519, 'hex'), encode(sm2, 'hex') FROM history_anchors"
        " WHERE number = $1::bigint",
        std::to_string(number));
    if (found.empty()) return std::nullopt;
    SignedList list;
    list.text = found[0][0].c_str();
    list.signatures = {history::bytes_from_hex(found[0][1].c_str()).value(),
                       history::bytes_from_hex(found[0][2].c_str()).value()};
    const auto rows = db.exec_params(
        "SELECT manifest_id, version, encode(sha256, 'hex'), encode(sm3, 'hex') FROM history_heads"
        " WHERE number = $1::bigint ORDER BY position",
        std::to_string(number));
    for (const auto& row : rows) list.heads.push_back(read_head(row));
    return list;
}

void insert_list(pqxx::transaction_base& db, const history::AnchorList& said,
                 const SignedList& list) {
    db.exec_params0(
        "INSERT INTO history_anchors (number, at, list, key_id, ed25519, sm2) VALUES"
        " ($1::bigint, $2::timestamptz, $3, $4, decode($5, 'hex'), decode($6, 'hex'))",
        std::to_string(said.number), to_iso(said.at), list.text, said.key_id,
        history::hex_of(list.signatures.ed25519), history::hex_of(list.signatures.sm2));
    insert_heads(db, said.number, list.heads);
}

void publish_keys(pqxx::transaction_base& db, const history::PublicKeys& keys, Instant now) {
    db.exec_params0(
        "INSERT INTO history_keys (id, ed25519, sm2, since) VALUES ($1, $2, $3, $4::timestamptz)"
        " ON CONFLICT (id) DO NOTHING",
        keys.id, keys.ed25519_pem, keys.sm2_pem, to_iso(now));
}

}  // namespace liuhen::server::store
