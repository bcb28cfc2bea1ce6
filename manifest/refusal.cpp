#include "manifest/refusal.hpp"

#include "manifest/lifecycle.hpp"

#include <algorithm>
#include <cassert>

namespace liuhen::manifest {
namespace {

using enum RefusalKind;

constexpr RefusalText catalogue[] = {
    {"NOT_YOUR_ORG", forbidden, "this manifest belongs to another organisation",
     "该联单属于其他单位"},
    {"NOT_NAMED_CARRIER", forbidden, "your organisation is not the carrier named here",
     "本单位不是联单指定的承运人"},
    {"NOT_NAMED_RECEIVER", forbidden, "your organisation is not the receiver named here",
     "本单位不是联单指定的接受人"},
    {"NOT_NAMED_DRIVER", forbidden, "another driver is named for this leg",
     "本段运输指定的驾驶员不是您"},
    {"SIGN_ROLE", forbidden, "only the producer and then the driver sign the load",
     "装车只能由移出人和驾驶员依次签名"},
    {"ROLE_NOT_ALLOWED", forbidden, "your role may not do this", "您的角色不能执行此操作"},

    {"ILLEGAL_STATE", illegal_state, "not possible in the manifest's present state",
     "联单当前状态不允许此操作"},
    {"PRODUCER_SIGNS_FIRST", illegal_state, "the producer signs the load before the driver",
     "应由移出人先签名，驾驶员后签名"},
    {"ALREADY_SIGNED", illegal_state, "this signature is already there", "已经签过名"},
    {"WEIGH_FIRST", illegal_state, "weigh in before accepting", "请先过磅再接收"},
    {"TOO_EARLY", illegal_state, "the producer may still answer; the service does not close yet",
     "移出人答复期限未到，系统暂不办结"},
    {"STALE_VERSION", stale, "the manifest has changed since the version you named",
     "联单已更新，请重新读取后再提交"},
    {"HELD", held, "the manifest is held by an authority", "联单已被监管部门暂停"},
    {"MUST_UNLOAD_FIRST", illegal_state, "loading has begun; unload first", "已开始装车，请先卸车"},
    {"ALREADY_DEPARTED", illegal_state, "the truck has left the producer's place",
     "车辆已离开移出人场所"},
    {"NO_NEXT_LEG", illegal_state, "no further leg is filed", "没有下一段运输"},
    {"ALREADY_DISPUTED", illegal_state, "this difference is disputed already", "该差异已提出异议"},
    {"ALREADY_HELD", illegal_state, "an authority holds the manifest already",
     "联单已被监管部门暂停"},
    {"REVISION_PENDING", illegal_state, "another revision waits for an answer",
     "已有更正申请待确认"},
    {"DUPLICATE_PAPER", illegal_state, "this paper number is entered already",
     "该纸质联单号已补录"},
    {"NOT_YOUR_AREA", forbidden, "outside your department's area, or another department's hold",
     "不属于本部门管辖或非本部门暂停"},
    {"FIELD_SEALED", forbidden, "these fields are another party's or nobody's to revise",
     "该字段不可由本单位更正"},
    {"SERIAL_EXHAUSTED", unavailable, "no manifest number is left for this place and year",
     "本年度本地区联单编号已用完"},

    {"BODY_MISMATCH", unprocessable, "the body does not belong to this event",
     "请求内容与操作不符"},
    {"FIELD_REQUIRED", unprocessable, "this field is needed here", "此项必填"},
    {"FIELD_LENGTH", unprocessable, "too short, too long or not plain text",
     "长度不符或含非法字符"},
    {"FIELD_FORMAT", unprocessable, "not in the form required", "格式不正确"},
    {"FIELD_RANGE", unprocessable, "outside the range allowed", "超出允许范围"},
    {"LINE_NUMBERS", unprocessable, "lines are numbered 1, 2, 3 in order", "序号应从1开始连续编号"},
    {"LINE_UNKNOWN", unprocessable, "no line of that number, or it is named twice",
     "没有此序号的废物，或序号重复"},
    {"LINE_WEIGHTS_SUM", unprocessable, "the lines do not add up to the net weight",
     "各项重量之和与净重不符"},
    {"UNKNOWN_PARTY", unprocessable, "no such organisation is registered", "未登记的单位"},
    {"UNKNOWN_SITE", unprocessable, "no such place is registered", "未登记的场所"},
    {"SITE_OWNER", unprocessable, "the place belongs to another organisation",
     "该场所属于其他单位"},
    {"SAME_PARTY", unprocessable, "producer and receiver must differ", "移出人与接受人不能相同"},
    {"CONSIGNOR_INVALID", unprocessable, "the consignor is the producer or the receiver",
     "托运人只能是移出人或接受人"},
    {"USCC_INVALID", unprocessable, "the registered credit code fails its check",
     "登记的统一社会信用代码校验不通过"},
    {"DIVISION_UNKNOWN", unprocessable, "the registered division code is unknown",
     "登记的行政区划代码不存在"},
    {"CODE_FORMAT", unprocessable, "not a waste code of this kind of manifest",
     "废物代码格式不正确或与联单类型不符"},
    {"CODE_CATEGORY_MISMATCH", unprocessable, "category and code disagree", "废物类别与代码不一致"},
    {"CODE_UNKNOWN", unprocessable, "the code is not in the list in force", "代码不在现行名录中"},
    {"EXEMPT_RULE_UNKNOWN", unprocessable, "no such row in the exemption list in force",
     "现行豁免清单中没有此条"},
    {"EXEMPT_RULE_MISMATCH", unprocessable, "the exemption is for another code or category",
     "豁免条款不适用于该废物代码"},
    {"HAZARD_UNKNOWN", unprocessable, "hazards are T, C, I, R and In, each once",
     "危险特性只能为T、C、I、R、In且不重复"},
    {"TIME_ORDER", unprocessable, "earlier than what came before it", "时间早于前一环节"},
    {"TIME_IN_FUTURE", unprocessable, "more than five minutes ahead", "时间超前五分钟以上"},
    {"SPAN_TOO_LONG", unprocessable, "the transfer may take ten days at most",
     "计划运输不得超过十天"},
    {"DEPARTURE_TOO_FAR", unprocessable, "departure is more than thirty days ahead",
     "计划移出时间在三十天以后"},

    {"VEHICLE_UNKNOWN", unprocessable, "no such vehicle is registered", "未登记的车辆"},
    {"VEHICLE_NOT_YOURS", unprocessable, "the vehicle belongs to another carrier",
     "车辆不属于本承运人"},
    {"PLATE_MISMATCH", unprocessable, "the plate is not the vehicle's", "号牌与登记不符"},
    {"VEHICLE_BUSY", unprocessable, "the vehicle serves another open manifest",
     "车辆正在执行其他联单"},
    {"NO_TERMINAL", unprocessable, "no terminal bound to the vehicle at that time",
     "终端未与车辆绑定"},
    {"NO_LOCK", unprocessable, "no electronic lock bound to the vehicle at that time",
     "电子锁未与车辆绑定"},
    {"WAYBILL_MISSING", unprocessable, "the dangerous-goods waybill number is needed",
     "缺少危险货物运单号"},
    {"ESCORT_IS_DRIVER", unprocessable, "escort and driver must be two people",
     "押运员与驾驶员不能为同一人"},
    {"ROUTE_UNKNOWN", unprocessable, "no such route is registered", "未登记的路线"},
    {"ROUTE_MISSING", unprocessable, "a route is needed before departure", "出发前须确定路线"},
    {"SIGNATURE_MISSING", unprocessable, "both signatures are needed before departure",
     "出发前须有移出人和驾驶员签名"},
    {"WEIGHT_INVALID", unprocessable, "gross must exceed tare and tare zero",
     "毛重应大于皮重，皮重应大于零"},
    {"WEIGHT_ARITHMETIC", unprocessable, "net must equal gross minus tare", "净重不等于毛重减皮重"},
    {"WEIGHT_NOT_AS_SIGNED", unprocessable, "the producer signed other weights",
     "与移出人签名的重量不一致"},
    {"OVERLOAD", unprocessable, "heavier than a load of this mode may be",
     "超过该运输方式允许载重"},
    {"METERS_SAY_OTHERWISE", unprocessable,
     "the daily entries of the meter add up to another weight", "与每日计量登记之和不符"},
    {"VEHICLE_NOT_DEDICATED", unprocessable,
     "a vehicle carries medical waste or other waste, not both", "医疗废物运输车辆须专用"},
    {"LOCK_NOT_CLOSED", unprocessable,
     "the lock does not report itself closed; or give seal numbers",
     "电子锁未上锁，或请填写封签号"},
    {"VEHICLE_NOT_HERE", unprocessable,
     "the vehicle was not seen at the producer's in the last ten minutes; or give a reason",
     "近十分钟内车辆不在移出人场所，或请说明原因"},
    {"SPLIT_SUM", unprocessable, "accepted must equal received, within 0.5 kg",
     "接受量应等于接收量（误差0.5千克以内）"},
    {"DIFFERENCE_UNDECLARED", unprocessable, "a significant difference must be declared",
     "存在重大差异，须申报差异后接收"},

    {"PLAN_MISSING", unprocessable, "no filed plan holds this transfer", "没有备案的管理计划"},
    {"PLAN_EXCEEDED", unprocessable, "more than the plan has left", "超出管理计划余量"},
    {"LICENCE_EXPIRED", unprocessable, "the receiver's licence is not valid on that day",
     "接受人许可证当日无效"},
    {"LICENCE_SCOPE", unprocessable, "the licence does not cover code and method",
     "许可证未核准该类别或方式"},
    {"LICENCE_EXCEEDED", unprocessable, "more than the licence has left", "超出许可证余量"},
    {"XPROV_MISSING", unprocessable, "no cross-province approval", "没有跨省转移批准"},
    {"XPROV_EXPIRED", unprocessable, "the approval is not in force", "跨省转移批准已失效"},
    {"XPROV_EXCEEDED", unprocessable, "more than the approval has left", "超出跨省批准余量"},
    {"PERMIT_EXPIRED", unprocessable, "the vehicle's permit is not valid", "道路运输证无效"},
    {"PERMIT_SCOPE", unprocessable, "the permit does not cover this class", "经营范围不含该类别"},
    {"CERT_EXPIRED", unprocessable, "a crew certificate is not valid", "从业资格证无效"},
    {"NO_ESCORT", unprocessable, "an escort is needed", "缺少押运员"},
    {"LABEL_MISMATCH", unprocessable, "a label differs from the manifest; do not load",
     "标签与联单不符，不得装车"},
    {"CONTAINER_DUPLICATE", unprocessable, "a container was scanned twice", "容器重复扫描"},
    {"CONTAINER_IN_OTHER_OPEN_MANIFEST", unprocessable, "a container is on another open manifest",
     "容器已在其他未办结联单中"},
    {"CONTAINER_MISSING", unprocessable, "not every container was scanned in",
     "容器未全部扫描入库"},
    {"ZONE_PASS_MISSING", unprocessable, "the route cuts a restricted zone; a pass is needed",
     "途经限行区域，须有通行证"},
    {"SCALE_UNKNOWN", unprocessable, "no such scale is registered", "未登记的衡器"},
    {"REASON_REQUIRED", unprocessable, "a reason of 5 to 500 characters is needed",
     "须填写原因（5至500字）"},
    {"ORDER_REQUIRED", unprocessable, "the number of the order is needed", "须填写文书号"},
    {"CASE_REQUIRED", unprocessable, "the case number is needed", "须填写案号"},
    {"HOLD_TOO_LONG", unprocessable, "a hold ends within 30 days", "暂停期限不得超过三十天"},
    {"PARTY_CLOSED", unprocessable, "this organisation is no longer in business",
     "该单位已注销或停业"},
    {"ORIGIN_FIXED", unprocessable, "the number holds the origin prefecture; void and file anew",
     "联单编号已含移出地市，不能更改"},
    {"SEA_TRANSPORT", unprocessable, "hazardous waste by sea is outside this manifest",
     "海洋运输危险废物不适用本联单"},
    {"PARENT_UNKNOWN", unprocessable, "no such manifest of yours leaves a remainder to take",
     "没有可关联的联单"},
    {"PARENT_TOO_DEEP", unprocessable, "ten manifests hang on each other already",
     "关联层级超过十级"},
    {"CHILD_UNKNOWN", unprocessable, "not a submitted manifest for the refused part",
     "不是处理拒收部分的已提交联单"},
    {"SAME_RECEIVER", unprocessable, "the receiver that refused is named again",
     "不能再次指定已拒收的接受人"},
    {"WRONG_PLACE", unprocessable, "more than 500 m from the planned place; or give a reason",
     "距约定交接地点超过500米，或请说明原因"},
    {"HANDOVER_UNVERIFIED", unprocessable, "producer, previous carrier and waste must be checked",
     "须核实移出人、前一承运人和废物信息"},
    {"SPLIT_RANGE", unprocessable, "refused weight does not fit this decision",
     "拒收量与处理意见不符"},
    {"DIFFERENCE_EMPTY", unprocessable, "name at least one difference, in kind and words",
     "至少填写一项差异及说明"},
    {"FILE_UNKNOWN", unprocessable, "no such file was sent by you or is shown to you",
     "没有此文件，或您无权查看"},
    {"FILES_REQUIRED", unprocessable, "at least one file is needed", "至少附一个文件"},
    {"REVISION_EMPTY", unprocessable, "nothing would change", "没有任何更正内容"},
    {"FIELD_UNKNOWN", unprocessable, "no such field", "没有此字段"},
    {"FIELD_NOT_FILLED", unprocessable, "not filled yet: its own event fills it",
     "该字段尚未填写，应由相应环节填写"},
    {"TREATED_EXCEEDS", unprocessable, "more treated than accepted", "处置量超过接受量"},
    {"NATIONAL_ANSWER_MISSING", unprocessable, "the national system has not answered",
     "国家系统尚未回执"},
};

constexpr RefusalText beside_success[] = {
    {"TERMINAL_SILENT", unprocessable, "the terminal has been silent for over 30 minutes",
     "终端已静默三十分钟以上"},
    {"WEIGHT_DIFFERENCE", unprocessable, "sent and received weights differ by more than 3 %",
     "接收量与移出量相差超过3%"},
    {"SIGNIFICANT_DIFFERENCE", unprocessable, "a significant difference: accept is not open",
     "存在重大差异，不能直接接收"},
    {"LEG_SKIPPED", unprocessable, "the truck arrived without the handovers that were filed",
     "未按申报的分段交接即已到达"},
    {"LATE_BACKFILL", unprocessable, "entered after the tenth working day", "补录已超过十个工作日"},
    {"BACKFILL_TRACK_CONFLICT", unprocessable, "the vehicle's stored track says otherwise",
     "车辆轨迹与补录内容不符"},
    {"RECEIPT_OVERDUE", unprocessable, "accepted after the fifth working day", "接收确认已超期"},
    {"WASTE_LIST_MISSING", unprocessable, "no waste list is imported for that day; not checked",
     "未导入当日有效的名录，未作核对"},
    {"HAZARDS_NOT_LISTED", unprocessable, "a hazard that the list does not give for this code",
     "危险特性超出名录所列"},
    {"CALENDAR_MISSING", unprocessable,
     "no holidays are imported for that year; weekends only were counted",
     "未导入该年度节假日安排，仅按周末计算"},
    {"SCALE_UNREGISTERED", unprocessable, "the receiver has registered no scales; not checked",
     "接受人未登记衡器，未作核对"},
    {"SCALE_PLATE_MISMATCH", unprocessable, "the plate read at the scale is not the truck's",
     "过磅识别号牌与车辆不符"},
    {"SCALE_CALIBRATION", unprocessable, "the scale's calibration is out of date",
     "衡器检定已过期"},
    {"TRANSPORT_PERMIT_UNREGISTERED", unprocessable,
     "no transport permit of the carrier is registered; not checked",
     "承运人未登记道路运输经营许可证，未作核对"},
    {"VEHICLE_PERMIT_UNREGISTERED", unprocessable,
     "the carrier has registered no vehicle permits; not checked",
     "承运人未登记道路运输证，未作核对"},
    {"CREW_UNREGISTERED", unprocessable,
     "the carrier has registered no certificates of persons; not checked",
     "承运人未登记从业人员资格证，未作核对"},
    {"VEHICLE_MIXED_USE", unprocessable,
     "within a year this vehicle carried medical waste and other waste",
     "该车辆一年内曾混运医疗废物与其他废物"},
    {"RATED_LOAD_UNKNOWN", unprocessable, "the vehicle's rated load is not registered",
     "未登记车辆核定载质量"},
    {"USCC_EXCEPTED", unprocessable,
     "a credit code fails its check and stands by an authority's leave",
     "统一社会信用代码校验不通过，经监管部门核准使用"},
    {"LICENCE_ENDS_SOON", unprocessable,
     "the receiver's licence ends within 30 days of the planned departure",
     "接受人许可证将在计划移出后三十天内到期"},
    {"CONTACT_MISSING", unprocessable,
     "the directory lacks address, contact, phone or emergency phone",
     "单位地址、联系人、电话或应急电话未登记"},
    {"EMERGENCY_PLAN_MISSING", unprocessable, "no filed emergency plan of the party is registered",
     "未登记单位应急预案备案号"},
    {"CONTRACT_MISSING", unprocessable, "the number of the contract is not given", "未填合同编号"},
    {"BATCH_CODE_FORM", unprocessable, "this is no batch code of a ledger",
     "台账批次编码格式不正确"},
};

/// At most 64 code points of `text`, cut at a character's edge.
std::string cut(std::string_view text) {
    std::size_t points = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80 && ++points > 64) {
            return std::string{text.substr(0, i)};
        }
    }
    return std::string{text};
}

const RefusalText& words_of(std::string_view code) {
    const auto* found = std::ranges::find(catalogue, code, &RefusalText::code);
    if (found != std::end(catalogue)) return *found;
    found = std::ranges::find(beside_success, code, &RefusalText::code);
    assert(found != std::end(beside_success));
    return *found;
}

}  // namespace

std::span<const RefusalText> refusal_catalogue() { return catalogue; }
std::span<const RefusalText> warning_catalogue() { return beside_success; }

Refusal refuse(std::string_view code, std::string pointer, std::string_view value) {
    const auto& words = words_of(code);
    return {words.code, std::move(pointer), words.kind, words.en, words.zh, cut(value), {}, {}};
}

Warning warn(std::string_view code, std::string pointer) {
    const auto& words = words_of(code);
    return {words.code, std::move(pointer), words.en, words.zh};
}

}  // namespace liuhen::manifest
