#include "server/store/container_labels.hpp"

#include <pqxx/pqxx>

#include <sstream>

namespace liuhen::server::store {
namespace {

std::string array_of(const std::vector<ContainerId>& ids) {
    std::string text = "{";
    for (const auto& id : ids) text += (text.size() > 1 ? "," : "") + id.text;
    return text + "}";
}

std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream in{text};
    for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
    return parts;
}

}  // namespace

std::vector<ContainerFacts> facts_for_labels(pqxx::transaction_base& db,
                                             const std::vector<ContainerId>& ids, Instant now) {
    const auto rows = db.exec_params(
        "SELECT c.id, coalesce(c.tag, ''), c.waste_code,"
        " coalesce(NULLIF(c.waste_name, ''), w.name, ''),"
        " coalesce(array_to_string(w.hazards, ','), ''), coalesce(c.package, ''), p.name,"
        " coalesce(p.contact, ''), coalesce(p.phone, ''),"
        " to_char(coalesce((SELECT min(v.at) FROM container_movements v"
        "   WHERE v.container_id = c.id AND v.kind IN ('PRODUCED', 'REGROUPED_FROM')), c.made_at)"
        "   AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'), s.grams"
        " FROM unnest($1::uuid[]) WITH ORDINALITY wanted (id, place)"
        " JOIN containers c ON c.id = wanted.id JOIN parties p ON p.id = c.party_id"
        " LEFT JOIN waste_codes w ON w.kind = 'HW' AND w.code = c.waste_code AND w.edition ="
        "   waste_list_on('HW', ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date)"
        " LEFT JOIN container_stock s ON s.container_id = c.id AND s.party_id = caller_party()"
        " ORDER BY wanted.place",
        array_of(ids), to_iso(now));
    std::vector<ContainerFacts> found;
    for (const auto& row : rows) {
        const auto text = [&row](int column) { return std::string{row[column].c_str()}; };
        ContainerFacts one{{text(0)},         text(1), text(2), text(3),
                           parts_of(text(4)), text(5), text(6), text(7),
                           text(8),           text(9), {}};
        const auto grams = row[10].as<std::int64_t>(0);
        if (grams > 0) one.weight = Grams{grams};
        found.push_back(std::move(one));
    }
    return found;
}

}  // namespace liuhen::server::store
