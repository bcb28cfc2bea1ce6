#include "server/jobs/register_specs.hpp"

#include "manifest/custody/ledger.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "print/words.hpp"

namespace liuhen::server::jobs {
namespace {

using sheets::Kind;

template <class E>
std::string word_of(const std::string& text, std::optional<E> (*find)(std::string_view),
                    std::string_view (*word)(E)) {
    const auto found = find(text);
    return found ? std::string{word(*found)} : text;
}
std::string state_word(const std::string& text) {
    return word_of<manifest::State>(text, manifest::state_from_code, print::chinese);
}
std::string form_word(const std::string& text) {
    return word_of<manifest::Form>(text, manifest::form_from_code, print::chinese);
}
std::string package_word(const std::string& text) {
    return word_of<manifest::Package>(text, manifest::package_from_code, print::chinese);
}
std::string movement_word(const std::string& text) {
    constexpr std::array<std::string_view, 11> words{"产生", "贴标签",   "入库", "倒出",
                                                     "倒入", "移出",     "交接", "接受",
                                                     "退回", "利用处置", "更正"};
    const auto kind = manifest::custody::movement_kind_from_code(text);
    return kind ? std::string{words.at(static_cast<std::size_t>(*kind))} : text;
}
std::string standing_word(const std::string& text) {
    if (text == "OPEN") return "持续中";
    if (text == "ENDED") return "已结束";
    return text == "WITHDRAWN" ? "已撤销" : text;
}

constexpr RegisterColumn manifest_columns[] = {
    {"联单编号", "manifest_no", "coalesce(m.no::text, '')", Kind::text, 0, 17},
    {"行号", "line_no", "coalesce(l.said ->> 'line_no', '')", Kind::number, 0, 6},
    {"状态", "state", "m.state", Kind::text, 0, 12, state_word},
    {"类型", "kind", "m.kind", Kind::text, 0, 10},
    {"移出人", "producer", "m.document #>> '{producer,name}'", Kind::text, 0, 26},
    {"移出人信用代码", "producer_uscc", "m.document #>> '{producer,uscc}'", Kind::text, 0, 21},
    {"承运人", "carrier", "m.document #>> '{legs,0,carrier,name}'", Kind::text, 0, 26},
    {"车牌号", "plate", "m.document #>> '{legs,0,plate}'", Kind::text, 0, 12},
    {"接受人", "receiver", "m.document #>> '{receiver,name}'", Kind::text, 0, 26},
    {"接受人信用代码", "receiver_uscc", "m.document #>> '{receiver,uscc}'", Kind::text, 0, 21},
    {"计划移出时间", "planned_depart_at",
     "in_china((m.document ->> 'planned_depart_at')::timestamptz)", Kind::text, 0, 20},
    {"废物名称", "waste_name", "l.said ->> 'waste_name'", Kind::text, 0, 22},
    {"废物代码", "waste_code", "l.said ->> 'code'", Kind::text, 0, 13},
    {"形态", "form", "l.said ->> 'form'", Kind::text, 0, 10, form_word},
    {"包装", "package", "l.said ->> 'package'", Kind::text, 0, 8, package_word},
    {"容器数", "containers", "l.said ->> 'container_count'", Kind::number, 0, 8},
    {"计划量（千克）", "planned_kg", "in_kg((l.said ->> 'planned_g')::bigint)", Kind::number, 3},
    {"移出量（千克）", "sent_kg", "in_kg((l.said ->> 'sent_g')::bigint)", Kind::number, 3},
    {"到达量（千克）", "received_kg", "in_kg((l.said ->> 'received_g')::bigint)", Kind::number, 3},
    {"接受量（千克）", "accepted_kg", "in_kg((l.said ->> 'accepted_g')::bigint)", Kind::number, 3},
    {"拒收量（千克）", "refused_kg", "in_kg((l.said ->> 'refused_g')::bigint)", Kind::number, 3},
    {"处置方式", "method", "coalesce(l.said ->> 'method_done', l.said ->> 'method_planned')"},
    {"更新时间", "updated_at", "in_china(m.updated_at)", Kind::text, 0, 20},
};
bool is_state(std::string_view text) { return manifest::state_from_code(text).has_value(); }

constexpr RegisterColumn movement_columns[] = {
    {"时间", "at", "in_china(v.at)", Kind::text, 0, 20},
    {"类别", "kind", "v.kind", Kind::text, 0, 14, movement_word},
    {"更正的类别", "corrects", "v.corrects", Kind::text, 0, 14, movement_word},
    {"容器编码", "container", "c.code", Kind::text, 0, 20},
    {"数字识别码", "tag", "c.tag", Kind::text, 0, 44},
    {"废物代码", "waste_code", "c.waste_code", Kind::text, 0, 13},
    {"废物名称", "waste_name", "c.waste_name", Kind::text, 0, 22},
    {"出自台账", "from", "f.name", Kind::text, 0, 26},
    {"入于台账", "to", "t.name", Kind::text, 0, 26},
    {"重量（千克）", "kg", "in_kg(v.grams)", Kind::number, 3},
    {"联单编号", "manifest_no", "m.no", Kind::text, 0, 17},
    {"利用处置方式", "method", "v.method"},
    {"位置", "place", "v.place"},
    {"原因", "reason", "v.reason", Kind::text, 0, 30},
    {"登记人", "person", "v.person"},
    {"登记时间", "recorded_at", "in_china(v.recorded_at)", Kind::text, 0, 20},
};
bool is_movement(std::string_view text) {
    return manifest::custody::movement_kind_from_code(text).has_value();
}

constexpr RegisterColumn stock_columns[] = {
    {"台账单位", "book", "p.name", Kind::text, 0, 26},
    {"容器编码", "container", "c.code", Kind::text, 0, 20},
    {"数字识别码", "tag", "c.tag", Kind::text, 0, 44},
    {"废物代码", "waste_code", "c.waste_code", Kind::text, 0, 13},
    {"废物名称", "waste_name", "c.waste_name", Kind::text, 0, 22},
    {"包装", "package", "c.package", Kind::text, 0, 8, package_word},
    {"结存（千克）", "kg", "in_kg(s.grams)", Kind::number, 3},
    {"入账时间", "since", "in_china(s.since)", Kind::text, 0, 20},
    {"可贮存至", "storage_until",
     "CASE WHEN c.waste_code !~ '^[0-9]{3}-[0-9]{3}-[0-9]{2}$' THEN ''"
     " WHEN c.waste_code LIKE '___-___-01' THEN in_china(s.since + interval '48 hours')"
     " ELSE (((s.since AT TIME ZONE 'Asia/Shanghai')::date + interval '1 year')::date)::text END"},
};

constexpr RegisterColumn container_columns[] = {
    {"容器编码", "code", "c.code", Kind::text, 0, 20},
    {"数字识别码", "tag", "c.tag", Kind::text, 0, 44},
    {"废物代码", "waste_code", "c.waste_code", Kind::text, 0, 13},
    {"废物名称", "waste_name", "c.waste_name", Kind::text, 0, 22},
    {"包装", "package", "c.package", Kind::text, 0, 8, package_word},
    {"皮重（千克）", "tare_kg", "in_kg(c.tare_g)", Kind::number, 3},
    {"产生单位", "filled_by", "p.name", Kind::text, 0, 26},
    {"登记时间", "made_at", "in_china(c.made_at)", Kind::text, 0, 20},
    {"结存（千克）", "kg",
     "in_kg((SELECT coalesce(sum(s.grams), 0) FROM container_stock s"
     " WHERE s.container_id = c.id)::bigint)",
     Kind::number, 3},
    {"联单编号", "manifest_no", "m.no", Kind::text, 0, 17},
};

constexpr const char* alert_state =
    "CASE WHEN a.what = 'withdrawn' THEN 'WITHDRAWN' WHEN a.until IS NULL THEN 'OPEN'"
    " ELSE 'ENDED' END";
constexpr RegisterColumn alert_columns[] = {
    {"报警编号", "alert", "a.alert", Kind::text, 0, 46},
    {"类别", "kind", "a.kind", Kind::text, 0, 24},
    {"层级", "tier", "a.tier", Kind::text, 0, 6},
    {"等级", "grade", "a.grade::text", Kind::number, 0, 6},
    {"状态", "state", alert_state, Kind::text, 0, 12, standing_word},
    {"车牌号", "plate", "a.plate", Kind::text, 0, 12},
    {"联单编号", "manifests", "array_to_string(a.manifest_nos, ' ')", Kind::text, 0, 17},
    {"开始时间", "since", "in_china(a.since)", Kind::text, 0, 20},
    {"结束时间", "until", "in_china(a.until)", Kind::text, 0, 20},
    {"发现时间", "detected_at", "in_china(a.detected_at)", Kind::text, 0, 20},
    {"办结结果", "outcome",
     "(SELECT w.outcome FROM alert_reviews w WHERE w.alert = a.alert AND w.action = 'close')",
     Kind::text, 0, 14},
};
bool is_standing(std::string_view text) {
    return text == "OPEN" || text == "ENDED" || text == "WITHDRAWN";
}

constexpr const char* first_id = "00000000-0000-0000-0000-000000000000";

constexpr RegisterSpec specs[] = {
    {"manifests", "联单台账", "Manifests", manifest_columns, "m.id || ' ' || coalesce(l.place, 0)",
     "00000000-0000-0000-0000-000000000000 0",
     "manifests m LEFT JOIN LATERAL jsonb_array_elements(m.document -> 'lines')"
     " WITH ORDINALITY l (said, place) ON true"
     " WHERE m.id >= left($1, 36)::uuid"
     " AND (m.id, coalesce(l.place, 0)) > (left($1, 36)::uuid, substr($1, 38)::bigint)"
     " AND ($2 = '' OR (m.document ->> 'planned_depart_at')::timestamptz >= $2::timestamptz)"
     " AND ($3 = '' OR (m.document ->> 'planned_depart_at')::timestamptz < $3::timestamptz)"
     " AND ($4 = '' OR m.state = $4)"
     " AND ($5 = '' OR CASE $6 WHEN 'out' THEN m.producer_id::text = $5"
     "  WHEN 'in' THEN m.receiver_id::text = $5 WHEN 'carried' THEN m.carrier_id::text = $5"
     "  ELSE $5 IN (m.producer_id::text, m.receiver_id::text, m.carrier_id::text) END)",
     "m.id, coalesce(l.place, 0)", is_state, true},
    {"movements", "台账流水", "Ledger movements", movement_columns, "v.id::text", "0",
     "container_movements v JOIN containers c ON c.id = v.container_id"
     " LEFT JOIN parties f ON f.id = v.from_party LEFT JOIN parties t ON t.id = v.to_party"
     " LEFT JOIN manifests m ON m.id = v.manifest_id WHERE v.id > $1::bigint"
     " AND ($2 = '' OR v.at >= $2::timestamptz) AND ($3 = '' OR v.at < $3::timestamptz)"
     " AND ($4 = '' OR v.kind = $4)"
     " AND ($5 = '' OR CASE $6 WHEN 'out' THEN v.from_party::text = $5"
     "  WHEN 'in' THEN v.to_party::text = $5"
     "  ELSE $5 IN (v.from_party::text, v.to_party::text) END)",
     "v.id", is_movement, true},
    {"stock",
     "结存台账",
     "Stock",
     stock_columns,
     "s.container_id || ' ' || s.party_id",
     "00000000-0000-0000-0000-000000000000 00000000-0000-0000-0000-000000000000",
     "container_stock s JOIN containers c ON c.id = s.container_id"
     " JOIN parties p ON p.id = s.party_id"
     " WHERE (s.container_id, s.party_id) > (left($1, 36)::uuid, substr($1, 38)::uuid)"
     " AND s.grams > 0 AND ($2 = '' OR s.since >= $2::timestamptz)"
     " AND ($3 = '' OR s.since < $3::timestamptz) AND ($5 = '' OR s.party_id::text = $5)"
     " AND ($4::text, $6::text) IS NOT NULL",
     "s.container_id, s.party_id",
     {}},
    {"containers",
     "容器台账",
     "Containers",
     container_columns,
     "c.id::text",
     first_id,
     "containers c JOIN parties p ON p.id = c.party_id"
     " LEFT JOIN manifests m ON m.id = c.manifest_id WHERE c.id > $1::uuid"
     " AND ($2 = '' OR c.made_at >= $2::timestamptz) AND ($3 = '' OR c.made_at < $3::timestamptz)"
     " AND ($5 = '' OR c.party_id::text = $5) AND ($4::text, $6::text) IS NOT NULL",
     "c.id",
     {}},
    {"alerts", "报警台账", "Alerts", alert_columns, "a.alert", "",
     "alert_revisions a WHERE a.alert > $1 AND NOT EXISTS (SELECT 1 FROM alert_revisions n"
     "  WHERE n.alert = a.alert AND n.revision > a.revision)"
     " AND ($2 = '' OR a.since >= $2::timestamptz) AND ($3 = '' OR a.since < $3::timestamptz)"
     " AND ($4 = '' OR $4 = CASE WHEN a.what = 'withdrawn' THEN 'WITHDRAWN'"
     "  WHEN a.until IS NULL THEN 'OPEN' ELSE 'ENDED' END)"
     " AND ($5 = '' OR a.carrier_id::text = $5) AND $6::text IS NOT NULL",
     "a.alert", is_standing},
};

}  // namespace

const RegisterSpec* register_spec(std::string_view subject) {
    const auto* const found = std::ranges::find(specs, subject, &RegisterSpec::subject);
    return found == std::end(specs) ? nullptr : found;
}

std::string page_statement(const RegisterSpec& spec) {
    std::string sql = "SELECT " + std::string{spec.cursor};
    for (const auto& column : spec.columns) sql += ", " + std::string{column.sql};
    return sql + " FROM " + spec.from + " ORDER BY " + spec.order + " LIMIT $7::int";
}

std::string count_statement(const RegisterSpec& spec) {
    return "SELECT count(*) FROM (SELECT 1 FROM " + std::string{spec.from} +
           " LIMIT $7::int) counted";
}

std::vector<sheets::Heading> headings(std::span<const RegisterColumn> columns, Language language) {
    std::vector<sheets::Heading> all;
    for (const auto& one : columns) {
        const auto name = language == Language::chinese ? one.name_zh : one.name;
        all.push_back({std::string{name}, one.kind, one.decimals, one.width});
    }
    return all;
}

}  // namespace liuhen::server::jobs
