#include "server/store/person_numbers.hpp"

#include "server/history/digest.hpp"
#include "server/log.hpp"
#include "server/store/sql_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::store {
namespace {

using history::hex_of;
using nlohmann::json;

constexpr std::string_view purpose = "liuhen person number";

// What a number is sealed for: it opens as nobody else's on no other truck.
std::string bound_to(const std::string& manifest, const std::string& leg_no,
                     std::string_view seat) {
    return fmt::format("liuhen person {} {} {}", manifest, leg_no, seat);
}

std::string hex_list(const std::vector<std::string>& prints) {
    std::string list;
    for (const auto& one : prints) list += (list.empty() ? "" : ",") + hex_of(one);
    return list;
}

bool is_of(const pqxx::row& row, const Vault& vault, const std::string& number) {
    const pqxx::binarystring bytes{row["sealed"]};
    const SealedSecret sealed{row["key_id"].as<std::string>(), bytes.str()};
    const std::string manifest = row["manifest_id"].as<std::string>();
    const std::string leg_no = row["leg_no"].as<std::string>();
    const auto opened =
        vault.open(sealed, bound_to(manifest, leg_no, row["seat"].as<std::string>()));
    if (opened && *opened == number) return true;
    log::error("person_number.not_authentic", {{"manifest", manifest}, {"leg", leg_no}});
    return false;
}

}  // namespace

void keep_person_numbers(pqxx::transaction_base& db, const Vault& vault,
                         const manifest::Manifest& named, const std::vector<StatedNumber>& numbers,
                         Instant now) {
    const manifest::Leg* const leg = manifest::current_leg(named);
    if (leg == nullptr) return;
    const std::string leg_no = std::to_string(leg->leg_no);
    for (const auto seat : crew_seats) {
        const auto stated = std::ranges::find(numbers, seat, &StatedNumber::seat);
        if (stated == numbers.end()) {
            db.exec_params("SELECT forget_person_number($1::uuid, $2::int, $3)", named.id.text,
                           leg_no, std::string{seat});
            continue;
        }
        const auto sealed = vault.seal(stated->number, bound_to(named.id.text, leg_no, seat));
        const auto print = vault.fingerprints(stated->number, purpose).front();
        db.exec_params(
            "SELECT keep_person_number($1::uuid, $2::int, $3, $4, decode($5, 'hex'),"
            " decode($6, 'hex'), $7::timestamptz)",
            named.id.text, leg_no, std::string{seat}, sealed.key_id, hex_of(sealed.bytes),
            hex_of(print), to_iso(now));
    }
}

json find_person(pqxx::transaction_base& db, const Vault& vault, const PersonLookup& wanted) {
    const auto prints = vault.fingerprints(wanted.number, purpose);
    const auto rows = db.exec_params(
        "SELECT p.manifest_id, p.leg_no, p.seat, p.key_id, p.sealed, m.no, m.state,"
        " coalesce((SELECT leg -> p.seat FROM jsonb_array_elements(m.document -> 'legs') leg"
        "  WHERE (leg ->> 'leg_no')::int = p.leg_no LIMIT 1), '{}') AS who,"
        " (extract(epoch FROM p.told_at) * 1000)::bigint AS told_ms"
        " FROM person_numbers p JOIN manifests m ON m.id = p.manifest_id"
        " WHERE p.fingerprint IN (SELECT decode(h, 'hex')"
        "  FROM unnest(string_to_array($1, ',')) h)"
        " ORDER BY p.told_at DESC, p.manifest_id LIMIT $2::int",
        hex_list(prints), std::to_string(most_seats_shown));
    json found = json::array();
    for (const auto& row : rows) {
        if (!is_of(row, vault, wanted.number)) continue;
        const json who = json::parse(row["who"].c_str());
        found.push_back({{"manifest", row["manifest_id"].c_str()},
                         {"no", row["no"].is_null() ? "" : row["no"].c_str()},
                         {"state", row["state"].c_str()},
                         {"leg_no", row["leg_no"].as<int>()},
                         {"seat", row["seat"].c_str()},
                         {"name", who.value("name", "")},
                         {"id_masked", who.value("id_masked", "")},
                         {"told_at", to_iso(instant_from_ms(row["told_ms"].as<std::int64_t>()))}});
    }
    db.exec_params0(
        "INSERT INTO person_lookups (token_id, role, person, reason, fingerprint, found,"
        " recorded_at) VALUES ($1::uuid, $2, $3, $4, decode($5, 'hex'), $6::int,"
        " $7::timestamptz)",
        wanted.token_id, wanted.role, wanted.person, wanted.reason, hex_of(prints.front()),
        std::to_string(found.size()), to_iso(wanted.at));
    return found;
}

}  // namespace liuhen::server::store
