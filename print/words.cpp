#include "print/words.hpp"

#include "manifest/lifecycle.hpp"
#include "manifest/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::print {
namespace {

using manifest::Names;
using Word = std::pair<std::string_view, std::string_view>;

constexpr Names<manifest::State> states{"草稿",   "已提交",     "已派车",      "已装车", "运输中",
                                        "待交接", "已到达",     "存在差异",    "已接受", "部分接受",
                                        "已拒收", "退运中",     "已退回",      "已改送", "已完结",
                                        "已作废", "补录待确认", "主管部门关闭"};
constexpr Names<manifest::Role> roles{"移出人",   "承运人", "驾驶员", "接受人",
                                      "主管部门", "公安",   "运营方", "系统"};
constexpr Names<manifest::Kind> titles{"危险废物转移联单", "一般工业固体废物转移联单",
                                       "污泥转移联单",     "建筑垃圾转移联单",
                                       "医疗废物转移联单", "危险废物管道转移联单"};
constexpr Names<manifest::Form> forms{"固态", "半固态", "液态", "气态（盛装）", "污泥"};
constexpr Names<manifest::Package> packages{"桶装", "袋装", "吨箱", "箱装", "罐装", "散装", "其他"};
constexpr Names<manifest::Purpose> purposes{"贮存", "利用", "处置"};
constexpr Names<manifest::Flow> flows{"市内转移", "省内跨市转移", "跨省转移"};
constexpr Names<manifest::OriginMode> origins{"正常填报", "普通补录", "应急补录", "特殊补录",
                                              "跨境补录"};
constexpr Names<manifest::Relation> relations{"退运", "改送", "重新组批"};
constexpr Names<manifest::Mode> modes{"公路", "铁路", "水路", "管道", "航空", "其他"};
constexpr Names<manifest::DifferenceKind> differences{"名称", "数量", "特性",
                                                      "形态", "包装", "件数"};
constexpr Names<manifest::Event> acts{
    "填写",        "修改",         "删除草稿",   "移出人确认", "修改",     "承运人接单",
    "承运人退单",  "撤销派车",     "更换车辆",   "装车签字",   "卸车签字", "启运",
    "行驶记录",    "交出",         "接运",       "拒绝接运",   "故障换车", "到达",
    "接受人称重",  "接受",         "有差异接受", "部分接受",   "拒收",     "确认差异",
    "提出异议",    "裁定",         "启程退运",   "确认退回",   "改送",     "余量处理",
    "完结",        "作废",         "提交补录",   "确认补录",   "退回补录", "冻结",
    "解除冻结",    "主管部门关闭", "申请更正",   "同意更正",   "拒绝更正", "撤回更正",
    "利用处置报告"};

constexpr std::array<Word, 5> hazards{
    {{"T", "毒性"}, {"C", "腐蚀性"}, {"I", "易燃性"}, {"R", "反应性"}, {"In", "感染性"}}};

struct ColourRow {
    std::uint8_t code;
    std::string_view name;
};
constexpr ColourRow colours[] = {{1, "蓝色"},  {2, "黄色"},   {3, "黑色"},  {4, "白色"},
                                 {5, "绿色"},  {9, "其他"},   {91, "农黄"}, {92, "农绿"},
                                 {93, "黄绿"}, {94, "渐变绿"}};

}  // namespace

std::string_view chinese(manifest::State state) { return name_in(states, state); }
std::string_view chinese(manifest::Role role) { return name_in(roles, role); }
std::string_view chinese(manifest::Form form) { return name_in(forms, form); }
std::string_view chinese(manifest::Package package) { return name_in(packages, package); }
std::string_view chinese(manifest::Purpose purpose) { return name_in(purposes, purpose); }
std::string_view chinese(manifest::Flow flow) { return name_in(flows, flow); }
std::string_view chinese(manifest::OriginMode mode) { return name_in(origins, mode); }
std::string_view chinese(manifest::Relation relation) { return name_in(relations, relation); }
std::string_view chinese(manifest::Mode mode) { return name_in(modes, mode); }
std::string_view chinese(manifest::DifferenceKind kind) { return name_in(differences, kind); }
std::string_view manifest_title(manifest::Kind kind) { return name_in(titles, kind); }

std::string_view signed_act(std::string_view event) {
    const auto known = manifest::event_from_code(event);
    return known ? name_in(acts, *known) : event;
}

std::string hazard_text(std::span<const std::string> codes) {
    std::vector<std::string> words;
    for (const std::string& code : codes) {
        const auto* const row = std::ranges::find(hazards, code, &Word::first);
        words.push_back(row == hazards.end() ? code : std::string{row->second} + ' ' + code);
    }
    return joined(words);
}

std::string_view plate_colour(std::uint8_t code) {
    const auto* const row = std::ranges::find(colours, code, &ColourRow::code);
    return row == std::end(colours) ? std::string_view{} : row->name;
}

std::string local_time(std::optional<Instant> at) {
    if (!at) return {};
    std::string text = to_iso(std::chrono::floor<std::chrono::seconds>(*at) + china_standard_time);
    text.pop_back();  // the Z, which it is not
    std::ranges::replace(text, 'T', ' ');
    return text;
}

std::string kilograms(std::optional<Grams> weight) {
    if (!weight) return {};
    const bool below = weight->value < 0;
    const std::uint64_t grams = below ? 0U - static_cast<std::uint64_t>(weight->value)
                                      : static_cast<std::uint64_t>(weight->value);
    std::string text = (below ? "-" : "") + std::to_string(grams / 1'000);
    if (grams % 1'000 == 0) return text;
    text += '.' + std::to_string(1'000 + grams % 1'000).substr(1);
    while (text.back() == '0') text.pop_back();
    return text;
}

std::string joined(std::span<const std::string> parts, std::string_view mark) {
    std::string text;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += mark;
        text += part;
    }
    return text;
}

}  // namespace liuhen::print
