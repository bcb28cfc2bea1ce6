#include "server/json/fault.hpp"

#include <algorithm>
#include <iterator>

namespace liuhen::server {
namespace {

struct Words {
    std::string_view code, en, zh;
};
constexpr Words catalogue[] = {
    {"ALREADY_CLOSED", "The alert has been closed already.", "该报警已办结。"},
    {"ALREADY_ENDED", "The binding has ended already.", "该绑定已结束。"},
    {"ALREADY_IN_FORCE", "This rule set is in force already.", "该规则集已在生效。"},
    {"ANOTHER_VEHICLE", "This manifest travels on another vehicle.", "该联单由另一车辆运输。"},
    {"ASKER_GONE", "Who asked for it may not do so any more.", "申请人已无权执行此任务。"},
    {"BAD_CURSOR", "This is no cursor that the server gave out.", "游标不是本服务发出的。"},
    {"BAD_GEOMETRY", "The shape cannot be used.", "几何图形不可用。"},
    {"BAD_KEY_SET", "This is no JWK set of public keys with one algorithm each.",
     "不是有效的公钥集（每个公钥须有唯一算法）。"},
    {"BAD_PATTERN", "A form is parts like uscc18, code8, date8, serial8, text4, joined by +.",
     "格式由 uscc18、code8、date8、serial8、text4 等以加号连接而成。"},
    {"BAD_PHONE", "A phone number is a mainland mobile or landline with its area code.",
     "电话应为手机号码或带区号的固定电话。"},
    {"BAD_QUOTES", "A quotation mark is out of place, or never closed.",
     "引号位置不正确或未闭合。"},
    {"BAD_THUMBPRINT", "A certificate is named by its SHA-256 in base64url, as x5t#S256.",
     "证书须以其 SHA-256 摘要的 base64url 形式（x5t#S256）表示。"},
    {"BAD_UNIT_CODE", "A unit code is a credit code, 001 to 999 and P.",
     "排污单位编码应为统一社会信用代码、三位序号加P。"},
    {"BAD_USCC", "The unified social credit code is wrong.", "统一社会信用代码有误。"},
    {"BAD_URL", "An address is https://host/..., in ASCII, without a user or a fragment.",
     "地址应为带主机名、不含用户名和片段的 https 地址。"},
    {"BINDING_OVERLAP", "The device serves another vehicle in that time.",
     "该设备在此时段已绑定其他车辆。"},
    {"CELL_TOO_LONG", "The cell holds more than 8 KiB.", "单元格内容超过 8 KiB。"},
    {"CODE_CATEGORY_MISMATCH", "Category and code disagree.", "废物类别与代码不一致。"},
    {"CODE_FORMAT", "This is no code or category of such a list.", "不是该名录的代码或类别。"},
    {"CONTAINER_ON_TRUCK", "The container is on a truck: its manifest is not decided yet.",
     "该容器在运输途中，所在联单尚未办结。"},
    {"CONTROL_CHARACTER", "Text may not hold control characters.", "文本中不得有控制字符。"},
    {"DISK_FULL", "There was no room for the file; nothing was kept of it.",
     "存储空间不足，未保留任何内容。"},
    {"DUPLICATE", "There is such an entry already.", "已存在相同的记录。"},
    {"EMPTY_FILE", "The table has no row below its heading.", "表格除标题行外没有数据。"},
    {"ENCODING",
     "The text is neither UTF-8 nor GB 18030 here, or not what it was above; ?charset= decides.",
     "此处文本编码既不是 UTF-8 也不是 GB 18030，或与前文不一致；可用 ?charset= 指定。"},
    {"EXCLUSIVE", "Only one of these may be given.", "这些字段只能填一个。"},
    {"FIELD_LENGTH", "The text is too long or no plain text.", "文本过长或含非法字符。"},
    {"FIELD_REQUIRED", "The field is needed.", "此字段必填。"},
    {"FORMULA", "A cell holds a value, not a formula.", "单元格须为数值或文本，不得为公式。"},
    {"GAVE_UP", "It was begun several times and never ended.", "多次开始均未完成，已放弃。"},
    {"GOVERNED", "What could open a lock or door is granted by manifest, place and role only.",
     "可能开锁或开门的指令须按联单、地点和权限审批，不得在此下发。"},
    {"HAZARD_UNKNOWN", "Hazards are T, C, I, R and In, each once.",
     "危险特性只能为T、C、I、R、In且不重复。"},
    {"HEADER_DOUBLED", "Two columns have the same heading.", "标题重复。"},
    {"HEADER_MISSING", "A column that is needed has no heading here.", "缺少必需的列。"},
    {"HEADER_UNKNOWN", "No column is called so.", "没有此名称的列。"},
    {"IF_MATCH_MALFORMED", "If-Match must be one entity tag that was read.",
     "If-Match 必须是读取时得到的版本标签。"},
    {"INTERNAL", "The server failed.", "服务器内部错误。"},
    {"INVISIBLE_CHARACTER", "Text may not hold characters that show nothing or turn its direction.",
     "文本中不得有不可见字符或改变书写方向的字符。"},
    {"KEY_LENGTH", "Idempotency-Key has 1 to 255 visible characters.",
     "Idempotency-Key 须为 1 至 255 个可见字符。"},
    {"KEY_NOT_HERE",
     "This request may simply be sent again; a key would keep a trace of the password.",
     "该请求可直接重发；使用该键会留下密码痕迹。"},
    {"LABEL_MISMATCH", "The label names another waste than the container's.",
     "标签上的废物与容器不符。"},
    {"BATCH_CODE_FORM", "This is no batch code of a ledger.", "台账批次编码格式不正确。"},
    {"BATCH_DAY", "The batch is of another day than the entry.", "批次编码的日期与登记日期不符。"},
    {"BATCH_OTHER_WASTE", "The batch is already of another waste.", "该批次编码已用于另一种废物。"},
    {"BATCH_STAGE", "The batch is of another stage than the entry.",
     "批次编码的环节与登记事项不符。"},
    {"LABEL_WITHOUT_CODE", "A label needs an identification code of at most 180 bytes.",
     "打印标签须先有数字识别码（不超过 180 字节）。"},
    {"LEDGER_TOO_LONG", "The containers have more than 50,000 entries together.",
     "所涉容器的台账记录合计超过五万条。"},
    {"LICENCE_MISSING", "No licence of the receiver in force covers the application.",
     "接收单位没有覆盖该申请的有效许可证。"},
    {"LOCK_BUSY", "A lock named serves an open manifest on another vehicle.",
     "所列电子锁正为另一车辆的未办结联单服务。"},
    {"MISSING", "The field is needed.", "此字段必填。"},
    {"NEEDS_APPROVAL", "Hazardous waste leaves a province by approval only.",
     "危险废物跨省转移须经批准，不得备案。"},
    {"NOT_HAZARDOUS", "Only hazardous waste bears this label.", "仅危险废物使用该标签。"},
    {"NOT_LEARNT", "No route can be learnt from the drives there are.",
     "现有行车轨迹不足以形成路线。"},
    {"NOT_A_PERIOD", "A period is written 2026-02, 2026-Q1 or 2026.",
     "期间应写作 2026-02、2026-Q1 或 2026。"},
    {"NOT_A_SHEET", "The file is no workbook that can be read.", "不是可读取的工作簿文件。"},
    {"NOT_IN_BOOK", "The container is not in your book.", "该容器不在本单位台账中。"},
    {"NOT_A_CODE", "A signature code has eight digits.", "签名码为八位数字。"},
    {"NOT_A_DATE", "A date is written 2026-03-01.", "日期应写作 2026-03-01。"},
    {"NOT_A_DIVISION", "A division code has six digits.", "行政区划代码应为六位数字。"},
    {"NOT_AN_AREA", "An area is 2, 4 or 6 digits of GB/T 2260.",
     "辖区应为两位、四位或六位行政区划代码。"},
    {"NOT_A_MONTH", "A month is written 2026-03.", "月份应写作 2026-03。"},
    {"NOT_A_PASSWORD", "A lock's password has 4 to 12 digits.", "锁密码应为 4 至 12 位数字。"},
    {"NOT_A_LOGIN", "A login is 3 to 64 of a-z, 0-9 and . _ @ -, a letter or digit first.",
     "登录名为 3 至 64 位小写字母、数字及 . _ @ -，且以字母或数字开头。"},
    {"NOT_A_PLATE", "This is no number plate.", "车牌号格式不正确。"},
    {"NOT_A_TIME", "A time is ISO 8601 with a zone: 2026-03-01T14:00:00Z.",
     "时间应为带时区的 ISO 8601 格式。"},
    {"NOT_A_WASTE_CODE", "This is no code of hazardous or general waste.",
     "不是危险废物或一般固体废物代码。"},
    {"NOT_A_UUID", "An id is a UUID.", "标识应为 UUID。"},
    {"NOT_BY_PIPE", "Daily entries are for waste in a pipe.", "仅管道转移可按日登记计量。"},
    {"NOTHING_TO_CORRECT", "The day has not been entered yet.", "该日尚无计量登记，无可更正。"},
    {"NOT_HEX", "Bytes are written as pairs of hex digits.", "字节应为成对的十六进制数字。"},
    {"NO_HEADING", "The cell stands below no heading.", "单元格上方没有列标题。"},
    {"NUL_BYTE", "The text holds a NUL.", "文本中含有空字符。"},
    {"NUMBER_MISSING", "A decision bears a number.", "批准决定须有文号。"},
    {"NOTHING_OUTSTANDING", "No carrier's book has anything of this load.",
     "承运单位台账中已无该批废物。"},
    {"NOT_LOADED", "The manifest has no weight that was sent.", "该联单尚无移出量。"},
    {"NO_NEXT_LEG", "No further leg is filed or has taken over.", "没有下一段运输。"},
    {"NO_ROUTE", "The manifest has no approved route.", "该联单没有核准路线。"},
    {"OTHER_VEHICLE", "The terminal is not on the vehicle that carries this manifest.",
     "该终端不在承运此联单的车辆上。"},
    {"OUT_OF_RANGE", "The number is outside its range.", "数值超出范围。"},
    {"OUTSIDE_AREA", "The area is not within the one above it.", "辖区超出上级范围。"},
    {"PASSWORD_REUSED", "The new password is the present one, or the login.",
     "新密码不得与现密码或登录名相同。"},
    {"PASSWORD_TOO_SHORT", "A password has at least twelve characters.", "密码至少为十二个字符。"},
    {"PERIOD_EMPTY", "The period asked for, or the receiver's licence, has ended already.",
     "申请期限或接收单位许可证已到期。"},
    {"PROVINCIAL_NO_USED", "Another manifest bears this number of the province.",
     "该省联单编号已用于其他联单。"},
    {"QUOTA_IN_USE", "Manifests hold more of a row than it would have.",
     "联单已占用的数量超出调整后的额度。"},
    {"ROUTE_IN_PIECES", "The approved route is not one line, which is all a terminal can watch.",
     "核准路线不是一条连续线，终端无法监控。"},
    {"ROW_TOO_LONG", "The row holds more than 64 KiB.", "一行内容超过 64 KiB。"},
    {"SCAN_ROLE", "Another organisation scans at this stage.", "此环节应由其他单位扫描。"},
    {"SEAL_USED", "A seal of that number was used on another manifest that day.",
     "该封签号当日已用于其他联单。"},
    {"SAME_CONTAINER", "A container is not poured into itself.", "容器不得并入自身。"},
    {"SAME_PROVINCE", "Producer and receiver are in one province: no approval is needed.",
     "移出人与接受人在同一省份，无需跨省审批。"},
    {"STOCK_EXCEEDED", "The book does not hold that much.", "台账结存不足。"},
    {"STORAGE_OVERDUE", "Waste has been stored for longer than it may be.",
     "废物贮存已超过规定期限。"},
    {"TAG_FORMAT_UNKNOWN", "The code on the label is of no form that is known here.",
     "标签识别码不属于已知格式。"},
    {"TAG_OTHER_FIRM", "The label names another firm's credit code.",
     "标签识别码中的统一社会信用代码不是本单位的。"},
    {"TEXT_MISSING", "This step says what is missing or why.", "此步骤须说明缺项或理由。"},
    {"TIME_IN_FUTURE", "The time is more than five minutes ahead.", "时间超前五分钟以上。"},
    {"TIME_ORDER", "The end must be after the beginning.", "结束时间应晚于开始时间。"},
    {"TOO_LONG", "The text or list is too long.", "内容过长。"},
    {"TOO_FAR", "The route does not come within 500 m of the site.",
     "路线与该场所的距离超过 500 米。"},
    {"TOO_MANY", "There are too many entries.", "条目过多。"},
    {"TOO_MANY_COLUMNS", "A table has at most 100 columns.", "表格不得超过一百列。"},
    {"TOO_MANY_LETTERS", "Twenty messages wait to be sent by hand already.",
     "待手动发送的消息已达二十条。"},
    {"TOO_MANY_ORDERS", "A hundred orders of this terminal are open.",
     "该终端未结指令已达一百条。"},
    {"TOO_MANY_ROWS", "There are more rows than are taken at a time.", "行数超过一次处理的上限。"},
    {"TOO_MANY_WEBHOOKS", "Ten webhooks are there already.", "网络回调已达十个。"},
    {"TOO_SHORT", "The text or list is too short.", "内容过短。"},
    {"UNKNOWN_FIELD", "There is no such field here.", "没有此字段。"},
    {"UNKNOWN_PROFILE", "No model has that name. Known are:", "没有此设备型号配置,可用:"},
    {"UNKNOWN_REFERENCE", "There is no such entry.", "所引用的记录不存在。"},
    {"UNKNOWN_VALUE", "The value is none of those allowed.", "取值不在允许范围内。"},
    {"URL_ADDRESS",
     "An address inside a network, of this machine, or oddly written, is not called.",
     "不得使用内网、本机或写法不规范的地址。"},
    {"URL_PORT", "A port is 80, 443 or from 1024 on.", "端口应为 80、443 或不小于 1024。"},
    {"URL_SCHEME", "The address must begin with https://.", "地址应以 https:// 开头。"},
    {"WASTE_MIXED", "Hazardous waste is not poured into waste of another regime.",
     "危险废物不得混入非危险废物，医疗废物不得混入其他废物。"},
    {"WAYBILL_USED", "The waybill was written for another truck of the carrier that day.",
     "该运单号当日已用于承运人的另一车辆。"},
    {"WRONG_ROLE", "The organisation does not have the role this needs.",
     "该单位不具备所需的角色。"},
    {"WRONG_TYPE", "The value has the wrong type.", "值的类型不正确。"},
    {"ZIP_RATIO", "The workbook unpacks to far more than its size.", "工作簿压缩比异常。"},
    {"ZIP_TOO_LARGE", "The workbook unpacks to more than 64 MiB.", "工作簿解压后超过 64 MiB。"},
    {"ZIP_TOO_MANY_PARTS", "The workbook has more than 200 parts.", "工作簿内部文件超过 200 个。"},
};

}  // namespace

std::string cut_value(std::string_view text) {
    constexpr std::size_t most = 64;
    std::string cut;
    std::size_t points = 0;
    for (std::size_t i = 0; i < text.size() && points < most; ++points) {
        const auto head = static_cast<unsigned char>(text[i]);
        const std::size_t length = head < 0x80 ? 1 : head < 0xE0 ? 2 : head < 0xF0 ? 3 : 4;
        const auto piece = text.substr(i, length);
        const bool whole = piece.size() == length && head != 0x7F && head >= 0x20 &&
                           (head < 0x80 || head >= 0xC2) && head < 0xF5 &&
                           std::all_of(piece.begin() + 1, piece.end(), [](char c) {
                               return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
                           });
        cut += whole ? std::string{piece} : "?";
        i += whole ? length : 1;
    }
    return cut;
}

Fault fault(std::string_view code, std::string pointer, std::string_view value) {
    const auto* const row = std::find_if(std::begin(catalogue), std::end(catalogue),
                                         [code](const Words& w) { return w.code == code; });
    const bool known = row != std::end(catalogue);
    return {std::string{code}, std::move(pointer), std::string{known ? row->en : code},
            std::string{known ? row->zh : code}, cut_value(value)};
}

std::string pointer_to(std::string_view parent, std::string_view name) {
    std::string pointer{parent};
    pointer += '/';
    for (const char c : name) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
    return pointer;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
    return std::string{parent} + '/' + std::to_string(index);
}

}  // namespace liuhen::server
