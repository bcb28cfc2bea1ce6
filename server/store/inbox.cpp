#include "server/store/inbox.hpp"

#include "server/store/statement.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <set>

namespace liuhen::server::store {
namespace {

using manifest::EffectKind;

// Organisations by id, authorities by the division of their place.
struct Told {
    std::set<std::string> parties, divisions;
};

Told told(const manifest::Decision& decision) {
    const auto& m = decision.child ? *decision.child : decision.next;
    Told all;
    for (const auto& effect : decision.effects) {
        switch (effect.kind) {
            case EffectKind::notify_producer:
                all.parties.insert(m.producer.id.text);
                break;
            case EffectKind::notify_carrier:
                for (const auto& leg : m.legs) all.parties.insert(leg.carrier.id.text);
                break;
            case EffectKind::notify_receiver:
                all.parties.insert(m.receiver.id.text);
                break;
            case EffectKind::notify_authority:
                all.divisions.insert(m.receiver.division);
                break;
            case EffectKind::notify_origin_authority:
                all.divisions.insert(m.producer.division);
                break;
            default:
                break;
        }
    }
    all.parties.erase("");
    return all;
}

// What the authorities of both places are told of beside the event itself.
struct AlarmRow {
    EffectKind effect;
    const char* told;
};
constexpr AlarmRow alarms[] = {{EffectKind::raise_loaded_elsewhere, "LOADED_ELSEWHERE"},
                               {EffectKind::raise_backfill_conflict, "BACKFILL_TRACK_CONFLICT"}};

std::string array_of(const std::set<std::string>& texts) {
    std::string array = "{";
    for (const auto& one : texts) array += (array.size() > 1 ? ",\"" : "\"") + one + "\"";
    return array + "}";
}

constexpr Statement tell_all{
    "tell_all",
    "INSERT INTO inbox (manifest_id, version, event, party_id, division, at)"
    " SELECT $1::uuid, $2::int, $3, p, NULL, $6::timestamptz FROM unnest($4::uuid[]) p"
    " UNION ALL SELECT $1::uuid, $2::int, $3, NULL, d, $6::timestamptz"
    " FROM unnest($5::text[]) d"};
void put(pqxx::transaction_base& db, const manifest::Manifest& m, const std::string& event,
         const Told& all, Instant now) {
    if (all.parties.empty() && all.divisions.empty()) return;
    ask(db, tell_all, m.id.text, std::to_string(m.version), event, array_of(all.parties),
        array_of(all.divisions), to_iso(now));
}

}  // namespace

void tell(pqxx::transaction_base& db, const manifest::Decision& decision,
          const manifest::Request& request, Instant now) {
    auto all = told(decision);
    all.parties.erase(request.by.party.text);
    const auto& m = decision.child ? *decision.child : decision.next;
    put(db, m, std::string{code(request.event)}, all, now);
    for (const AlarmRow& row : alarms) {
        if (std::ranges::find(decision.effects, row.effect, &manifest::Effect::kind) !=
            decision.effects.end())
            put(db, m, row.told, {{}, {m.producer.division, m.receiver.division}}, now);
    }
}

void tell_organisations(pqxx::transaction_base& db, const manifest::Manifest& manifest,
                        const std::string& said, Instant now) {
    Told all{{manifest.producer.id.text, manifest.receiver.id.text}, {}};
    for (const auto& leg : manifest.legs) all.parties.insert(leg.carrier.id.text);
    put(db, manifest, said, all, now);
}

std::vector<InboxRow> read_inbox(pqxx::transaction_base& db, const InboxQuery& query) {
    const auto rows = db.exec_params(
        "SELECT i.id, coalesce(i.manifest_id::text, ''), coalesce(i.book_id::text, ''),"
        " coalesce(m.no, ''), i.version, i.event,"
        " to_char(i.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),"
        " coalesce(to_char(i.read_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), ''),"
        " coalesce(i.webhook_id::text, '')"
        " FROM inbox i LEFT JOIN manifests m ON m.id = i.manifest_id"
        " WHERE i.id > $1::bigint AND (i.read_at IS NULL OR NOT $2::boolean)"
        " ORDER BY i.id LIMIT $3::int",
        std::to_string(query.after), query.unread ? "true" : "false", std::to_string(query.limit));
    std::vector<InboxRow> found;
    for (const auto& row : rows) {
        found.push_back({row[0].as<std::int64_t>(),
                         {row[1].as<std::string>()},
                         {row[2].as<std::string>()},
                         row[3].as<std::string>(),
                         row[4].as<std::uint32_t>(),
                         row[5].as<std::string>(),
                         row[6].as<std::string>(),
                         row[7].as<std::string>(),
                         row[8].as<std::string>()});
    }
    return found;
}

bool mark_read(pqxx::transaction_base& db, std::int64_t id, const std::string& token, Instant now) {
    const auto done = db.exec_params(
        "UPDATE inbox SET read_at = coalesce(read_at, $2::timestamptz),"
        " read_by = coalesce(read_by, $3::uuid) WHERE id = $1::bigint",
        std::to_string(id), to_iso(now), token);
    return done.affected_rows() == 1;
}

}  // namespace liuhen::server::store
