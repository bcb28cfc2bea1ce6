#include "server/jobs/import_columns.hpp"

#include <algorithm>

namespace liuhen::server::jobs {
namespace {

using sheets::SheetFault;

constexpr ImportColumn manifest_columns[] = {
    {"receiver", "接受单位", "/receiver", Reading::party, false, "统一社会信用代码或登记名称",
     "credit code or registered name"},
    {"carrier", "承运单位", "/carrier", Reading::party, false, "统一社会信用代码或登记名称",
     "credit code or registered name"},
    {"consignor", "托运单位", "/consignor", Reading::party, false, "统一社会信用代码或登记名称",
     "credit code or registered name"},
    {"origin_site", "移出场所", "/origin_site", Reading::own_place, false, "本单位登记的场所名称",
     "name of a registered place of yours"},
    {"destination_site", "接受场所", "/destination_site", Reading::receiver_place, false,
     "接受单位登记的场所名称", "name of a registered place of the receiver"},
    {"kind", "联单类型", "/kind", Reading::text, false,
     "HW、GENERAL、SLUDGE、CONSTRUCTION、MEDICAL、PIPE，不填为 HW",
     "HW (unless said), GENERAL, SLUDGE, CONSTRUCTION, MEDICAL, PIPE"},
    {"planned_depart_at", "计划移出时间", "/planned_depart_at", Reading::time, false,
     "北京时间，如 2026-03-01 08:30", "Beijing time, 2026-03-01 08:30"},
    {"planned_arrive_at", "计划到达时间", "/planned_arrive_at", Reading::time, false,
     "北京时间，如 2026-03-01 12:00", "Beijing time, 2026-03-01 12:00"},
    {"contract_no", "合同编号", "/contract_no", Reading::text},
    {"carriage_contract_no", "运输合同编号", "/carriage_contract_no", Reading::text},
    {"provincial_no", "省联单编号", "/provincial_no", Reading::text},
    {"plan_id", "管理计划标识", "/plan_id", Reading::text},
    {"approval_id", "跨省批准标识", "/approval_id", Reading::text},
    {"waste_name", "废物名称", "/lines/0/waste_name", Reading::text},
    {"code", "废物代码", "/lines/0/code", Reading::text, true, "如 336-054-17", "336-054-17"},
    {"category", "废物类别", "/lines/0/category", Reading::text, false, "如 HW17", "HW17"},
    {"hazards", "危险特性", "/lines/0/hazards", Reading::list, false, "T、C、I、R、In",
     "T, C, I, R, In"},
    {"form", "废物形态", "/lines/0/form", Reading::form, false,
     "固态、半固态、液态、气态（盛装）、污泥", "S, SS, L, G, SLUDGE"},
    {"components", "主要成分", "/lines/0/components", Reading::text},
    {"taboos", "禁忌与应急措施", "/lines/0/taboos", Reading::text},
    {"package", "包装方式", "/lines/0/package", Reading::package, false,
     "桶装、袋装、吨箱、箱装、罐装、散装、其他", "DRUM, BAG, IBC, BOX, TANK, BULK, OTHER"},
    {"package_note", "包装说明", "/lines/0/package_note", Reading::text},
    {"container_count", "容器数量", "/lines/0/container_count", Reading::number, false, "个",
     "pieces"},
    {"un_no", "联合国编号", "/lines/0/un_no", Reading::text, false, "如 UN3287", "UN3287"},
    {"dg_class", "危险货物类别项别", "/lines/0/dg_class", Reading::text, false, "如 6.1", "6.1"},
    {"packing_group", "包装类别", "/lines/0/packing_group", Reading::text, false, "I、II、III",
     "I, II, III"},
    {"exempt_rule", "豁免条款", "/lines/0/exempt_rule", Reading::text},
    {"exempt_condition", "符合豁免条件", "/lines/0/exempt_condition", Reading::flag, false,
     "是或否", "true or false"},
    {"purpose", "去向", "/lines/0/purpose", Reading::purpose, false, "贮存、利用、处置",
     "STORE, USE, DISPOSE"},
    {"method", "利用处置方式", "/lines/0/method", Reading::text, false, "如 D9", "D9"},
    {"planned_kg", "计划转移量（千克）", "/lines/0/planned_kg", Reading::number, false,
     "不带千分位逗号", "without commas"},
    {"ledger_batch_out", "出库批次编码", "/lines/0/ledger_batch_out", Reading::text},
    {"note", "备注", "/lines/0/note", Reading::text},
};

constexpr ImportColumn container_columns[] = {
    {"code", "容器编码", "/code", Reading::text, true, "本单位内不重复", "once in your book"},
    {"tag", "数字识别码", "/tag", Reading::text, false, "标签上的编码", "as its label is read"},
    {"waste_code", "废物代码", "/waste_code", Reading::text, true, "如 336-054-17", "336-054-17"},
    {"waste_name", "废物名称", "/waste_name", Reading::text},
    {"package", "包装方式", "/package", Reading::package, false,
     "桶装、袋装、吨箱、箱装、罐装、散装、其他", "DRUM, BAG, IBC, BOX, TANK, BULK, OTHER"},
    {"tare_kg", "皮重（千克）", "/tare_kg", Reading::number, false, "不带千分位逗号",
     "without commas"},
    {"net_kg", "净重（千克）", "/net_kg", Reading::number, false, "不带千分位逗号",
     "without commas"},
    {"at", "产生时间", "/at", Reading::time, false, "北京时间，如 2026-03-01 08:30",
     "Beijing time, 2026-03-01 08:30"},
};

const ImportColumn* find_column(std::span<const ImportColumn> columns, std::string_view written) {
    const auto found = std::ranges::find_if(columns, [written](const ImportColumn& one) {
        return written == one.name || written == one.name_zh;
    });
    return found == columns.end() ? nullptr : &*found;
}

}  // namespace

std::span<const ImportColumn> import_columns(std::string_view subject) {
    if (subject == "manifests") return manifest_columns;
    if (subject == "containers") return container_columns;
    return {};
}

Result<Heading, std::vector<SheetFault>> read_heading(std::string_view subject,
                                                      const sheets::Row& row) {
    const auto columns = import_columns(subject);
    Heading heading;
    std::vector<SheetFault> faults;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const std::string& written = row.cells[i].text;
        const auto* const column = find_column(columns, written);
        const bool doubled = column != nullptr &&
                             std::ranges::find(heading.columns, column) != heading.columns.end();
        heading.columns.push_back(column);
        heading.written.push_back(written);
        if (doubled) faults.push_back({"HEADER_DOUBLED", row.number, i + 1, written});
        if (column == nullptr && !written.empty())
            faults.push_back({"HEADER_UNKNOWN", row.number, i + 1, written});
    }
    for (const auto& one : columns) {
        const bool there = std::ranges::find(heading.columns, &one) != heading.columns.end();
        if (one.needed && !there)
            faults.push_back({"HEADER_MISSING", row.number, 0, std::string{one.name_zh}});
    }
    if (!faults.empty()) return fail(std::move(faults));
    return heading;
}

}  // namespace liuhen::server::jobs
