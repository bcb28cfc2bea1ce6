// A manifest with something in every field that is printed.
#pragma once

#include "manifest/manifest.hpp"

#include <string>

namespace liuhen::test {

inline Instant at_hour(int hour) {
    return *parse_iso("2026-11-21T00:00:00+08:00") + std::chrono::hours{hour};
}

inline manifest::Party full_party(const std::string& id, const std::string& name) {
    return {.id = {id},
            .uscc = "91331125XTRACK001R",
            .name = name,
            .division = "331121",
            .address = name + "的地址，油竹街道侨乡工业园 21 号",
            .contact = "章小明",
            .phone = "13805781234",
            .licence_no = "3311000002",
            .transport_permit_no = "331100000123",
            .emergency_phone = "0578-6801234",
            .emergency_plan_no = "331121-2026-001-L",
            .unit_code = "91331125XTRACK001R001P",
            .facility_code = "TS001"};
}

inline manifest::WasteLine full_line(std::uint8_t no) {
    manifest::WasteLine line;
    line.line_no = no;
    line.waste_name = "废油漆桶" + std::to_string(no);
    line.category = "HW49";
    line.code = "900-041-49";
    line.hazards = {"T", "In"};
    line.form = manifest::Form::solid;
    line.components = "铁、残留漆";
    line.taboos = "远离火源；泄漏时用沙土覆盖";
    line.package = manifest::Package::drum;
    line.container_count = 4;
    line.un_no = "UN3077";
    line.dg_class = "9";
    line.packing_group = "III";
    line.purpose = manifest::Purpose::dispose;
    line.method_planned = "D10";
    line.method_done = "D10";
    line.planned_g = Grams{1'000'000};
    line.sent_g = Grams{998'500};
    line.received_g = Grams{997'250};
    line.accepted_g = Grams{997'249};
    line.refused_g = Grams{1};
    line.containers_received = 4;
    line.differences = {manifest::DifferenceKind::quantity};
    line.difference_text = "少一公斤";
    line.note = "第三车间";
    return line;
}

inline manifest::Leg full_leg(std::uint8_t no) {
    manifest::Leg leg;
    leg.leg_no = no;
    leg.carrier =
        full_party("carrier" + std::to_string(no), "瓯江运输" + std::to_string(no) + "队");
    leg.start = "青田油竹";
    leg.end = "莲都码头";
    leg.via = {"船寮", "石帆"};
    leg.plate = "浙K1234" + std::to_string(no);
    leg.plate_colour = 2;
    leg.trailer_plate = "浙K123挂";
    leg.vehicle_permit_no = "331121001234";
    leg.driver = {.name = "李大山",
                  .user = "li",
                  .certificate_no = "331121198001010011",
                  .certificate_until = "2027-12-31",
                  .id_masked = "3311**********001X"};
    leg.escort = {.name = "王小河",
                  .user = "wang",
                  .certificate_no = "331121198001010022",
                  .certificate_until = "2027-12-31",
                  .id_masked = "3311**********0022"};
    leg.locks = {{"LOCK-7"}, {"LOCK-8"}};
    leg.seal_nos = {"F0001"};
    leg.waybill_no = "YD20261121" + std::to_string(no);
    leg.loaded_at = at_hour(8 + no);
    leg.depart_at = at_hour(9 + no);
    leg.arrive_at = at_hour(10 + no);
    leg.handed_out_at = at_hour(10 + no);
    leg.handed_out_g = Grams{998'000};
    return leg;
}

/// Accepted, with `lines` kinds of waste and `legs` carriers.
inline manifest::Manifest full_manifest(std::size_t lines = 1, std::size_t legs = 1) {
    manifest::Manifest m;
    m.id = {"01935000-0000-7000-8000-000000000001"};
    m.no = "20263311000017";
    m.provincial_no = "ZJ-0017";
    m.flow = manifest::Flow::intra_city;
    m.directory_version = "2025";
    m.state = manifest::State::accepted;
    m.version = 12;
    m.producer = full_party("producer", "丽水青田表面处理有限公司");
    m.receiver = full_party("receiver", "西山危废焚烧中心");
    m.contract_no = "HT-2026-001";
    m.carriage_contract_no = "YS-2026-009";
    m.planned_depart_at = at_hour(9);
    m.planned_arrive_at = at_hour(15);
    for (std::size_t i = 1; i <= lines; ++i)
        m.lines.push_back(full_line(static_cast<std::uint8_t>(i)));
    for (std::size_t i = 1; i <= legs; ++i)
        m.legs.push_back(full_leg(static_cast<std::uint8_t>(i)));
    using manifest::Role;
    m.signatures = {{"submit", Role::producer, m.producer.id, "zhang", at_hour(7), 2},
                    {"carrier_accept", Role::carrier, {"carrier1"}, "diao", at_hour(8), 3},
                    {"load_sign", Role::producer, m.producer.id, "zhang", at_hour(9), 5},
                    {"load_sign", Role::driver, {"carrier1"}, "li", at_hour(9), 6},
                    {"accept_part", Role::receiver, m.receiver.id, "xu", at_hour(16), 12}};
    m.weigh_out = {.gross_g = Grams{12'998'500},
                   .tare_g = Grams{12'000'000},
                   .at = at_hour(9),
                   .scale = "SC-01",
                   .user = "zhang",
                   .manual_reason = {},
                   .plate_read = {},
                   .source = {},
                   .photos = {}};
    m.weigh_in = m.weigh_out;
    m.weigh_in->scale = "SC-77";
    m.accepted_at = at_hour(16);
    return m;
}

}  // namespace liuhen::test
