#include "print/manifest_parts.hpp"

#include "manifest/enum_set.hpp"

#include <algorithm>
#include <ranges>

#include "print/words.hpp"

namespace liuhen::print {
namespace {

using manifest::Leg;
using manifest::Manifest;
using manifest::Party;
using manifest::Role;
using manifest::Signature;
using manifest::WasteLine;
using Look = Cell::Look;
using Roles = manifest::EnumSet<Role>;

std::string both(const std::string& a, const std::string& b) {
    return joined(std::vector{a, b}, " ");
}

std::string number_text(std::optional<std::uint32_t> number) {
    return number ? std::to_string(*number) : std::string{};
}

std::string signature_text(const Signature& one) {
    return joined(std::vector{std::string{signed_act(one.event)}, one.user, local_time(one.at)},
                  "  ");
}

// The last signature of a party in one of these roles; empty when there is none.
std::string last_signature(const Manifest& m, Roles roles, const PartyId& party) {
    for (const Signature& one : m.signatures | std::views::reverse) {
        if (roles.has(one.role) && one.party == party) return signature_text(one);
    }
    return {};
}

void add_party(Flow& flow, std::string_view name, const Party& party) {
    flow.pairs({{name, party.name}, {"统一社会信用代码", party.uscc}});
    flow.pairs({{"地址", party.address}, {"行政区划代码", party.division}});
    flow.pairs({{"联系人", both(party.contact, party.phone)}, {"应急电话", party.emergency_phone}});
}

std::string weighing_text(const std::optional<manifest::Weighing>& weighing) {
    if (!weighing) return {};
    return "毛重 " + kilograms(weighing->gross_g) + "，皮重 " + kilograms(weighing->tare_g) +
           "，净重 " + kilograms(weighing->net()) + "（" + local_time(weighing->at) +
           (weighing->scale.empty() ? "" : "，地磅 " + weighing->scale) + "）";
}

std::string package_text(const WasteLine& line) {
    const std::string count = number_text(line.container_count);
    return joined(std::vector{both(chinese_or_empty(line.package), line.package_note),
                              count.empty() ? count : count + " 件"});
}

std::string goods_text(const WasteLine& line) {
    if (!line.exempt_rule.empty()) return "豁免 " + line.exempt_rule;
    return joined(std::vector{line.un_no, line.dg_class, line.packing_group}, " / ");
}

std::string fate_text(const WasteLine& line) {
    return both(chinese_or_empty(line.purpose),
                line.method_done.empty() ? line.method_planned : line.method_done);
}

// What of a line needs more room than a column.
std::string remarks_of(const WasteLine& line) {
    std::vector<std::string> parts;
    const auto say = [&parts](const std::string& name, const std::string& text) {
        if (!text.empty()) parts.push_back(name + "：" + text);
    };
    say("主要成分", line.components);
    say("禁忌与应急措施", line.taboos);
    say("移出批次", line.ledger_batch_out);
    say("备注", line.note);
    return joined(parts, "；");
}

void add_sent_lines(Flow& flow, const Manifest& m) {
    flow.begin_table({{8, "序号", Look::name},
                      {37, "废物名称", Look::name},
                      {23, "类别与代码", Look::name},
                      {20, "危险特性", Look::name},
                      {14, "形态", Look::name},
                      {18, "包装", Look::name},
                      {18, "危险货物", Look::name},
                      {14, "去向方式", Look::name},
                      {17, "计划量 kg", Look::name},
                      {17, "移出量 kg", Look::name}});
    for (const WasteLine& line : m.lines) {
        flow.row({{8, std::to_string(line.line_no), Look::number},
                  {37, line.waste_name},
                  {23, both(line.category, line.code)},
                  {20, hazard_text(line.hazards)},
                  {14, chinese_or_empty(line.form)},
                  {18, package_text(line)},
                  {18, goods_text(line)},
                  {14, fate_text(line)},
                  {17, kilograms(line.planned_g), Look::number},
                  {17, kilograms(line.sent_g), Look::number}});
        if (const auto remarks = remarks_of(line); !remarks.empty())
            flow.row({{8, "", Look::value}, {178, remarks}});
    }
    flow.row({{152, "合计", Look::number},
              {17, kilograms(total(m, &WasteLine::planned_g)), Look::number},
              {17, kilograms(total(m, &WasteLine::sent_g)), Look::number}});
    flow.end_table();
}

std::string difference_text(const WasteLine& line) {
    std::vector<std::string> kinds;
    for (const auto kind : line.differences) kinds.emplace_back(chinese(kind));
    if (kinds.empty()) return "无";
    return both(joined(kinds), line.difference_text);
}

void add_received_lines(Flow& flow, const Manifest& m) {
    flow.begin_table({{8, "序号", Look::name},
                      {38, "废物名称", Look::name},
                      {18, "接收量 kg", Look::name},
                      {18, "接受量 kg", Look::name},
                      {18, "拒收量 kg", Look::name},
                      {12, "件数", Look::name},
                      {20, "处理方式", Look::name},
                      {18, "已处理 kg", Look::name},
                      {36, "重大差异", Look::name}});
    for (const WasteLine& line : m.lines) {
        flow.row({{8, std::to_string(line.line_no), Look::number},
                  {38, line.waste_name},
                  {18, kilograms(line.received_g), Look::number},
                  {18, kilograms(line.accepted_g), Look::number},
                  {18, kilograms(line.refused_g), Look::number},
                  {12, number_text(line.containers_received), Look::number},
                  {20, line.method_done},
                  {18, kilograms(line.treated_g), Look::number},
                  {36, line.received_g ? difference_text(line) : std::string{}}});
    }
    flow.row({{46, "合计", Look::number},
              {18, kilograms(total(m, &WasteLine::received_g)), Look::number},
              {18, kilograms(total(m, &WasteLine::accepted_g)), Look::number},
              {18, kilograms(total(m, &WasteLine::refused_g)), Look::number},
              {86, ""}});
    flow.end_table();
}

std::string crew_text(const manifest::Person& person) {
    return joined(std::vector{person.name, person.id_masked, person.certificate_no}, " ");
}

std::vector<std::string> texts_of(const std::vector<LockId>& locks) {
    std::vector<std::string> texts;
    for (const LockId& lock : locks) texts.push_back(lock.text);
    return texts;
}

void add_leg(Flow& flow, const Manifest& m, const Leg& leg) {
    const std::string name =
        "承运人（第 " + std::to_string(leg.leg_no) + " 段" + (leg.returning ? "，退运）" : "）");
    add_party(flow, name, leg.carrier);
    const std::string plate = both(leg.plate, std::string{plate_colour(leg.plate_colour)});
    flow.pairs({{"道路运输许可证号", leg.carrier.transport_permit_no},
                {"运输方式", std::string{chinese(leg.mode)}},
                {"运单号", leg.waybill_no}});
    flow.pairs({{"车辆号牌", plate},
                {"挂车号牌", leg.trailer_plate},
                {"道路运输证号", leg.vehicle_permit_no}});
    flow.pairs({{"驾驶员", crew_text(leg.driver)}, {"押运员", crew_text(leg.escort)}});
    flow.pairs({{"电子锁", joined(texts_of(leg.locks))}, {"封签号", joined(leg.seal_nos)}});
    flow.pairs({{"起点", leg.start}, {"终点", leg.end}});
    flow.wide_pair("途经", joined(leg.via));
    flow.wide_pair("通行证号", leg.zone_pass_no);
    flow.pairs({{"装车时间", local_time(leg.loaded_at)},
                {"启运时间", local_time(leg.depart_at)},
                {"到达时间", local_time(leg.arrive_at)}});
    if (leg.handed_out_at)
        flow.pairs({{"交出时间", local_time(leg.handed_out_at)},
                    {"交出重量 kg", kilograms(leg.handed_out_g)}});
    flow.wide_pair("本段结束原因", leg.end_cause);
    flow.pairs({{"承运人签字", last_signature(m, {Role::carrier, Role::driver}, leg.carrier.id)}});
    flow.space(1.5);
}

std::string reason_text(const std::optional<manifest::Reason>& reason) {
    return reason ? both(reason->code, reason->text) : std::string{};
}

std::string link_text(const manifest::Link& link) {
    return both(std::string{chinese(link.relation)}, link.no.empty() ? link.id.text : link.no);
}

// Who signed, by name where the manifest knows the party.
std::string signer_of(const Manifest& m, const Signature& one) {
    if (one.party == m.producer.id && one.role == Role::producer) return m.producer.name;
    if (one.party == m.receiver.id && one.role == Role::receiver) return m.receiver.name;
    for (const Leg& leg : m.legs) {
        if (one.party == leg.carrier.id) return leg.carrier.name;
    }
    return one.party.text;
}

}  // namespace

void add_head(Flow& flow, const Manifest& m) {
    flow.pairs({{"转移类型", chinese_or_empty(m.flow)},
                {"填报方式", std::string{chinese(m.origin_mode)}},
                {"名录版本", m.directory_version}});
    flow.pairs({{"计划移出时间", local_time(m.planned_depart_at)},
                {"计划到达时间", local_time(m.planned_arrive_at)}});
    flow.wide_pair("省联单编号", m.provincial_no);
    flow.wide_pair("纸质联单号", m.paper_no);
    flow.wide_pair("跨省转移批准", m.approval_id);
    std::vector<std::string> links;
    if (m.parent) links.push_back("来自 " + link_text(*m.parent));
    for (const auto& child : m.children) links.push_back(link_text(child));
    flow.wide_pair("关联联单", joined(links, "；"));
    flow.wide_pair("作废原因", reason_text(m.void_reason));
    if (m.hold) flow.wide_pair("冻结", both(m.hold->order_no, m.hold->reason));
    flow.wide_pair("案件编号", m.case_no);
}

void add_sender(Flow& flow, const Manifest& m) {
    flow.part("第一部分　移出信息（由移出人填写）");
    add_party(flow, "移出人", m.producer);
    flow.pairs({{"应急预案备案号", m.producer.emergency_plan_no},
                {"排污单位编码", m.producer.unit_code},
                {"设施编码", m.producer.facility_code}});
    flow.pairs({{"合同编号", m.contract_no}, {"运输合同编号", m.carriage_contract_no}});
    add_sent_lines(flow, m);
    flow.wide_pair("移出称重 kg", weighing_text(m.weigh_out));
    flow.pairs({{"移出人签字", last_signature(m, {Role::producer}, m.producer.id)}});
}

void add_carriage(Flow& flow, const Manifest& m) {
    flow.part("第二部分　运输信息（由承运人填写）");
    for (const Leg& leg : m.legs) add_leg(flow, m, leg);
}

void add_receipt(Flow& flow, const Manifest& m) {
    flow.part("第三部分　接受信息（由接受人填写）");
    add_party(flow, "接受人", m.receiver);
    flow.pairs(
        {{"经营许可证编号", m.receiver.licence_no}, {"确认时间", local_time(m.accepted_at)}});
    flow.wide_pair("接收称重 kg", weighing_text(m.weigh_in));
    add_received_lines(flow, m);
    flow.wide_pair("拒收原因", reason_text(m.rejection));
    if (m.discrepancy) {
        flow.wide_pair("差异说明", m.discrepancy->reason);
        flow.wide_pair("移出人异议", m.discrepancy->disputed);
        flow.wide_pair("裁定", m.discrepancy->ruling);
    }
    flow.wide_pair("退回称重 kg", weighing_text(m.weigh_return));
    flow.pairs({{"接受人签字", last_signature(m, {Role::receiver}, m.receiver.id)}});
}

void add_signatures(Flow& flow, const Manifest& m) {
    if (m.signatures.empty()) return;
    flow.part("签字记录");
    flow.begin_table({{40, "时间", Look::name},
                      {30, "环节", Look::name},
                      {20, "角色", Look::name},
                      {56, "单位", Look::name},
                      {28, "签字人", Look::name},
                      {12, "版本", Look::name}});
    for (const Signature& one : m.signatures) {
        flow.row({{40, local_time(one.at)},
                  {30, std::string{signed_act(one.event)}},
                  {20, std::string{chinese(one.role)}},
                  {56, signer_of(m, one)},
                  {28, one.user},
                  {12, std::to_string(one.version), Look::number}});
    }
    flow.end_table();
}

}  // namespace liuhen::print
