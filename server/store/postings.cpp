#include "server/store/postings.hpp"

#include "server/crypto.hpp"
#include "server/store/sql_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <map>

namespace liuhen::server::store {
namespace {

using namespace manifest::custody;
using nlohmann::json;

void put(json& to, const char* name, const std::string& text) {
    if (!text.empty()) to[name] = text;
}

json row_of(const StoredContainer& one) {
    json row{{"id", one.id.text},
             {"party_id", one.party.text},
             {"code", one.code},
             {"waste_code", one.waste_code},
             {"waste_name", one.waste_name}};
    put(row, "tag", one.tag);
    put(row, "package", one.package);
    if (one.tare) row["tare_g"] = one.tare->value;
    return row;
}

json row_of(const PostedMovement& one, const std::string& operation, const std::string& method,
            const Statement& said) {
    const auto& m = one.movement;
    json row{{"operation", operation},
             {"container_id", m.container.text},
             {"kind", code(m.kind)},
             {"grams", m.weight.value},
             {"at", to_iso(m.at)}};
    put(row, "from_party", m.from.text);
    put(row, "to_party", m.to.text);
    put(row, "method", method);
    put(row, "batch", one.batch);
    put(row, "reason", said.reason);
    put(row, "token_id", said.token_id);
    put(row, "person", said.person);
    if (m.corrects) row["corrects"] = code(*m.corrects);
    if (one.line_no != 0) row["line_no"] = one.line_no;
    return row;
}

}  // namespace

std::vector<NamedContainer> containers_named(pqxx::transaction_base& db, const ManifestId& manifest,
                                             const std::vector<Mark>& marks) {
    json asked = json::array();
    for (const auto& mark : marks) {
        json one{{"own", mark.own}, {"waste_code", mark.waste_code}};
        put(one, "code", mark.code);
        put(one, "tag", mark.tag);
        asked.push_back(std::move(one));
    }
    std::vector<NamedContainer> found;
    for (const auto& row :
         db.exec_params("SELECT place, coalesce(id::text, ''), party, waste_code, entered, held_g,"
                        " open_on, own, spent, changed FROM containers_named($1::uuid, $2::jsonb)",
                        manifest.text, asked.dump()))
        found.push_back({row[0].as<std::size_t>() - 1,
                         {row[1].c_str()},
                         {row[2].c_str()},
                         row[3].c_str(),
                         row[4].as<bool>(),
                         Grams{row[5].as<std::int64_t>()},
                         row[6].c_str(),
                         row[7].as<bool>(),
                         row[8].as<bool>(),
                         row[9].as<bool>()});
    return found;
}

std::string carried_on(pqxx::transaction_base& db, const ContainerId& container) {
    return db.exec_params1("SELECT coalesce(carried_on($1::uuid, NULL), '')", container.text)[0]
        .c_str();
}

std::map<std::string, std::string> labels_of(pqxx::transaction_base& db,
                                             const ManifestId& manifest) {
    std::map<std::string, std::string> labels;
    for (const auto& row :
         db.exec_params("SELECT code, tag FROM labels_of_manifest($1::uuid)", manifest.text))
        labels.emplace(row[0].c_str(), row[1].c_str());
    return labels;
}

std::vector<PostedMovement> posted_by(pqxx::transaction_base& db, const ManifestId& manifest) {
    std::vector<PostedMovement> found;
    for (const auto& row : db.exec_params(
             "SELECT kind, container_id::text, coalesce(from_party::text, ''),"
             " coalesce(to_party::text, ''), grams, floor(extract(epoch FROM at) * 1000)::bigint,"
             " coalesce(corrects, ''), coalesce(line_no, 0) FROM movements_of_manifest($1::uuid)",
             manifest.text)) {
        PostedMovement one;
        one.movement = {movement_kind_from_code(row[0].c_str()).value_or(MovementKind::corrected),
                        {row[1].c_str()},
                        {row[2].c_str()},
                        {row[3].c_str()},
                        Grams{row[4].as<std::int64_t>()},
                        instant_from_ms(row[5].as<std::int64_t>()),
                        {},
                        movement_kind_from_code(row[6].c_str())};
        one.line_no = static_cast<std::uint8_t>(row[7].as<int>());
        found.push_back(std::move(one));
    }
    return found;
}

std::vector<Grams> held_by(pqxx::transaction_base& db, const PartyId& party,
                           const std::vector<ContainerId>& containers) {
    std::vector<std::string_view> ids;
    for (const auto& id : containers) ids.emplace_back(id.text);
    std::map<std::string, Grams> found;
    for (const auto& row : db.exec_params(
             "SELECT container_id::text, grams FROM container_stock WHERE party_id = $1::uuid"
             " AND container_id = ANY ($2::uuid[])",
             party.text, fmt::format("{{{}}}", fmt::join(ids, ","))))
        found[row[0].c_str()] = Grams{row[1].as<std::int64_t>()};
    std::vector<Grams> held;
    held.reserve(containers.size());
    for (const auto& id : containers) held.push_back(found[id.text]);
    return held;
}

void post_movements(pqxx::transaction_base& db, const ManifestId& manifest,
                    const std::vector<StoredContainer>& made,
                    const std::vector<PostedMovement>& movements, const std::string& method,
                    Instant now, const Statement& said) {
    const std::string operation = uuid_v7(now);
    json containers = json::array();
    for (const auto& one : made) containers.push_back(row_of(one));
    json rows = json::array();
    for (const auto& one : movements) rows.push_back(row_of(one, operation, method, said));
    db.exec_params("SELECT post_movements($1::uuid, $2::jsonb, $3::jsonb, $4::timestamptz)",
                   manifest.text, containers.dump(), rows.dump(), to_iso(now));
}

}  // namespace liuhen::server::store
