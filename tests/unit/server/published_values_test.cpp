// Every value that publishers of JT/T 808 frames state in their own tests is looked for among what
// `liuhen decode` prints of the frame, under a name that means the same (published_names.hpp): each
// printed value answers for one statement. What is not found stands in a table with the reason.
#include "server/tools/decode.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/profile.hpp"
#include "telematics/text.hpp"
#include "tests/support/shared.hpp"
#include "tests/unit/server/published_names.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>

using namespace liuhen;
using namespace liuhen::telematics;
using nlohmann::json;
namespace published = liuhen::test::published;

namespace {

/// Keys, as regular expressions, of what no frame says; they are not compared.
struct Foreign {
    std::string_view key, what;
};
constexpr std::array foreign{
    Foreign{"\\.(Test|verified|Version|ParamParseBeforeFunc|BaseHandle|ContainsKey|Value)$",
            "of the publisher's program"},
    Foreign{"\\.(Data|TestValue|AttachInfoId|ToString|ToHexString|Sex|ActiveSafetyType)$",
            "of a test object"},
    Foreign{"(\\]|location)\\.(messageId|serialNo|clientId)$", "of a header inside a body"},
    Foreign{"\\.(properties|protocolVersion|isSubpackage|IsMerged|IsPackage)$",
            "the attribute word, compared in jtt808_vectors_test"},
    Foreign{"\\.Header\\.(MsgId|TerminalPhoneNo|VersionFlag|ProtocolVersion)$",
            "the header, compared there too"},
    Foreign{"(Len|Length|[pP]ackageCount)$", "a length or count that the value itself tells"},
    Foreign{"[rR]eserve", "reserved bytes"},
    Foreign{"\\.warnBit[12]$", "two halves of one field of eight bytes"},
};

/// A statement that is not matched: message (empty: any), a regular expression for its key.
struct Unmatched {
    std::string_view message, key, reason;
};
constexpr std::array unmatched{
    Unmatched{"0x0001", "\\.ReplyMsgNum$", "the publisher's body is longer than the message"},
    Unmatched{"0x0005", "AgainPackage", "states a list of bytes where the standard has words"},
    Unmatched{"0x8800", "RetransmitPackage", "states a list of bytes where the standard has words"},
    Unmatched{"0x0100", "PlateColor$", "a short form of no edition; widths of 2011 overlap"},
    Unmatched{"0x0104", "\\.(F36[4-7]|6230[89]|6231[01])\\.", "T/JSATL parameters are kept raw"},
    Unmatched{"0x8103", "\\.(F36[4-7]|6230[89]|6231[01])\\.", "T/JSATL parameters are kept raw"},
    Unmatched{"0x8103", "^\\.[A-Z]\\w+$", "T/JSATL parameters are kept raw"},
    Unmatched{"0x8103", "0x8103_0x(00|01|F3)\\.", "parameters of one maker are kept raw"},
    Unmatched{"0x0104", "\\.(118|119)\\.", "a list of channels, kept raw"},
    Unmatched{"0x8103", "\\.(118|119)\\.", "a list of channels, kept raw"},
    Unmatched{"0x0200", "_0x(07|54|58|f1)\\.", "no published layout"},
    Unmatched{"0x0201", "_0x(07|54|58|f1)\\.", "no published layout"},
    Unmatched{"0x0200", "AttachOriginalData$|LocationAttachData$",
              "an item with its id and length"},
    Unmatched{"0x0200", "\\.Count$", "of a test object"},
    Unmatched{"0x0304", "", "no message of any edition"},
    Unmatched{"0x0608", "\\.Ids$", "kind 5 is none of the standard's; its items are kept raw"},
    Unmatched{"0x0608", "NightMaximumSpeed", "stated although its flag is clear"},
    Unmatched{"0x0700", "", "GB/T 19056 blocks are kept whole"},
    Unmatched{"0x8701", "", "GB/T 19056 blocks are kept whole"},
    Unmatched{"0x0702", "\\.UID$", "one maker's field behind the card"},
    Unmatched{"0x0705", "receiveTime", "packed digits stated as decimal numbers"},
    Unmatched{"0x0900", "\\.(items|message)\\b", "transparent data is kept, not interpreted"},
    Unmatched{"0x0900", "PassthroughContent|0x0900_", "transparent data is kept, not interpreted"},
    Unmatched{"0x8900", "\\.Id$", "transparent data is kept, not interpreted"},
    Unmatched{"0x0901", "body", "compressed data is kept, not unpacked"},
    Unmatched{"0x8300", "\\.type$", "2013 has no type"},
    Unmatched{"0x8302", "\\.(Flag|P0x8302TextFlagDetails\\..*)$", "bits of the printed flags"},
    Unmatched{"0x8500", "\\.(type|param)$", "reads one byte of 2013 as a pair of 2019"},
    Unmatched{"0x8602", "(start|end)Time$", "stated although their flag is clear"},
    Unmatched{"0x8606", "(S|s)tartTime$|(E|e)ndTime$", "stated although their flag is clear"},
    Unmatched{"0x8606", "(hort|ong|Under|Long).*Threshold$|HighestSpeed$|Duration$|SpeedLimit$",
              "stated although their flag is clear"},
};

// Values that mean the same: a number, a text, a time, bytes.
using Forms = std::set<std::string>;

std::string numeral(double value) { return "n" + std::to_string(std::round(value * 1e6) / 1e6); }

std::string two(const std::smatch& part, std::size_t index) { return part[index].str(); }

void add_text(Forms& forms, std::string text) {
    static const std::regex hex_word{"0x([0-9a-fA-F]+)[uL]*"}, digits{"[0-9]{1,15}"},
        stamp{"20(\\d\\d)-(\\d\\d)-(\\d\\d)[T ](\\d\\d):(\\d\\d):(\\d\\d)"},
        date{"(20\\d\\d)-(\\d\\d)-(\\d\\d)"}, hour{"(\\d\\d):(\\d\\d):(\\d\\d)(\\.\\d+)?"},
        byte{"0x([0-9a-fA-F]{1,2})\\b|\\b([0-9]{1,3})\\b"};
    std::smatch found;
    text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
    text = std::regex_replace(text, std::regex{"(\\\\u0000)+| +$"}, "");
    forms.insert("s" + text);
    if (std::regex_match(text, found, hex_word)) {
        forms.insert("b" + found[1].str());
        forms.insert(numeral(static_cast<double>(std::stoull(found[1], nullptr, 16))));
    }
    if (std::regex_match(text, digits)) forms.insert(numeral(std::stod(text)));
    if (from_hex(text)) forms.insert("b" + text);
    constexpr std::size_t double_word_digits = 16;  // a field of eight bytes
    if (text.size() == double_word_digits && from_hex(text))
        forms.insert(numeral(static_cast<double>(std::stoull(text, nullptr, 16))));
    if (std::regex_search(text, found, stamp))
        forms.insert("b" + two(found, 1) + two(found, 2) + two(found, 3) + two(found, 4) +
                     two(found, 5) + two(found, 6));
    if (std::regex_match(text, found, date))
        forms.insert("b" + two(found, 1) + two(found, 2) + two(found, 3));
    if (std::regex_match(text, found, hour)) {
        forms.insert("b" + two(found, 1) + two(found, 2));
        std::string tail = found[4].matched ? found[4].str().substr(1) : "";
        if (!tail.empty())
            forms.insert("b" + two(found, 1) + two(found, 2) + two(found, 3) + "0" + tail);
    }
    if (!text.starts_with("new byte[")) return;
    std::string bytes;
    const std::string list = text.substr(text.find('{') + 1);
    for (std::sregex_iterator one{list.begin(), list.end(), byte}, end; one != end; ++one) {
        const int value =
            (*one)[1].matched ? std::stoi((*one)[1], nullptr, 16) : std::stoi((*one)[2]);
        bytes += to_hex(std::array{static_cast<std::byte>(value)});
    }
    forms.insert("b" + bytes);
}

Forms forms_of(const json& value) {
    Forms forms;
    if (value.is_boolean()) forms.insert(numeral(value.get<bool>() ? 1 : 0));
    if (value.is_number()) forms.insert(numeral(value.get<double>()));
    if (value.is_string()) add_text(forms, value);
    return forms;
}

struct Leaf {
    std::string path;
    Forms forms;
};

bool is_list_of_bytes(const json& value) {
    return value.is_array() && !value.empty() && std::ranges::all_of(value, [](const json& one) {
               return one.is_number_integer() && one >= 0 && one <= 255;
           });
}

void add_leaves(std::vector<Leaf>& leaves, const json& value, const std::string& path) {
    if (value.is_object()) {
        for (const auto& [key, inner] : value.items()) add_leaves(leaves, inner, path + "." + key);
    } else if (value.is_array()) {
        for (const json& inner : value) add_leaves(leaves, inner, path + "[]");
    } else if (!value.is_null()) {
        leaves.push_back({path, forms_of(value)});
    }
}

// Stated lists of small numbers may be bytes, which we print as one hex text.
void add_statements(std::vector<Leaf>& leaves, const json& value, const std::string& path,
                    const std::string& printed) {
    if (value.is_object()) {
        for (const auto& [key, inner] : value.items())
            add_statements(leaves, inner, path + "." + key, printed);
        return;
    }
    if (is_list_of_bytes(value)) {
        Bytes bytes;
        for (const json& one : value) bytes.push_back(static_cast<std::byte>(one.get<int>()));
        if (printed.find("\"" + to_hex(bytes) + "\"") != std::string::npos) {
            leaves.push_back({path, {"b" + to_hex(bytes)}});
            return;
        }
    }
    if (value.is_array()) {
        for (const json& inner : value) add_statements(leaves, inner, path + "[]", printed);
        return;
    }
    add_leaves(leaves, value, path);
}

// Printed in units of the name, stated as sent.
void add_raw_forms(Leaf& leaf, const json& value) {
    const auto ends = [&](std::string_view tail) { return leaf.path.ends_with(tail); };
    if (value.is_number()) {
        const double number = value;
        if (ends(".lat") || ends(".lon")) {
            leaf.forms.insert(numeral(std::round(number * 1e6)));
            leaf.forms.insert(numeral(std::round(std::abs(number) * 1e6)));
        }
        if (ends("kmh") || ends("_km") || ends("_l"))
            leaf.forms.insert(numeral(std::round(number * 10)));
        if (ends("_v")) leaf.forms.insert(numeral(std::round(number * 100)));
        if (ends("altitude_m")) leaf.forms.insert(numeral(static_cast<std::uint16_t>(number)));
    }
    const auto at = value.is_string() ? parse_iso(value.get<std::string>()) : std::nullopt;
    if (at) leaf.forms.insert("b" + to_hex(to_bcd_time(*at, china_standard_time)));
}

std::vector<Leaf> printed_leaves(const json& line) {
    std::vector<Leaf> leaves;
    json shown{{"msg_id", line.value("msg_id", "")},
               {"serial", line.value("serial", 0)},
               {"terminal", line.value("terminal", "")},
               {"body", line.value("body", json())}};
    if (line.contains("part")) shown["part"] = line["part"];
    const json flat = shown.flatten();
    for (const auto& [path, value] : flat.items()) {
        Leaf leaf{path, forms_of(value)};
        std::ranges::replace(leaf.path, '/', '.');
        add_raw_forms(leaf, value);
        leaves.push_back(std::move(leaf));
    }
    // The number is stated with and without the zeros in front.
    const std::string number = line.value("terminal", "");
    leaves.push_back(
        {"terminal",
         {"s" + number.substr(std::min(number.find_first_not_of('0'), number.size()))}});
    return leaves;
}

// The line as it would stand on the wire: a body alone gets a header, once of each edition.
std::vector<std::string> frames_of(const json& vector) {
    const Bytes bytes = *from_hex(vector.value("wire_hex", vector["hex"].get<std::string>()));
    if (vector["kind"] != "jt808/body") return {to_hex(bytes)};
    std::vector<std::string> frames;
    for (const auto edition : {jtt808::Edition::v2013, jtt808::Edition::v2019}) {
        jtt808::Header head;
        head.id = static_cast<std::uint16_t>(
            std::stoul(vector["msg_id"].get<std::string>(), nullptr, 16));
        head.edition = edition;
        if (edition == jtt808::Edition::v2019) head.attributes = 1U << 14U;
        frames.push_back(to_hex(jtt808::seal(head, bytes)));
    }
    return frames;
}

// Names of enumerators and constants say no value.
bool is_a_name(const json& value) {
    static const std::regex name{
        "\\(?(Enums|consts|JT808\\w*|JT808_\\w+)\\..*|.*\\|.*|uint8\\(len.*|"
        "\".*\"\\.Length|new List[^]*|N"};
    return value.is_string() && std::regex_match(value.get<std::string>(), name);
}

std::string_view reason_for(std::string_view message, const std::string& key) {
    for (const Unmatched& one : unmatched) {
        const bool same = one.message.empty() || one.message == message;
        if (same && std::regex_search(key, std::regex{std::string{one.key}})) return one.reason;
    }
    return {};
}

// Finds a printed value for each statement, giving up an earlier choice where that helps.
class Matching {
public:
    Matching(const std::vector<Leaf>& stated, const std::vector<Leaf>& printed)
        : stated_(stated), printed_(printed), taken_by_(printed.size(), none) {}

    std::vector<std::string> not_found() {
        std::vector<std::string> missing;
        for (std::size_t i = 0; i < stated_.size(); ++i) {
            tried_.assign(printed_.size(), false);
            if (!place(i)) missing.push_back(stated_[i].path);
        }
        return missing;
    }

private:
    static constexpr std::size_t none = SIZE_MAX;

    bool same(std::size_t i, std::size_t k) const {
        const bool equal = std::ranges::any_of(stated_[i].forms, [&](const std::string& form) {
            return printed_[k].forms.contains(form);
        });
        return equal && published::means(published::stated_name(stated_[i].path),
                                         published::printed_name(printed_[k].path));
    }
    bool place(std::size_t i) {
        for (std::size_t k = 0; k < printed_.size(); ++k) {
            if (tried_[k] || !same(i, k)) continue;
            tried_[k] = true;
            if (taken_by_[k] != none && !place(taken_by_[k])) continue;
            taken_by_[k] = i;
            return true;
        }
        return false;
    }

    const std::vector<Leaf>& stated_;
    const std::vector<Leaf>& printed_;
    std::vector<std::size_t> taken_by_;
    std::vector<bool> tried_;
};

bool is_foreign(const std::string& key) {
    return std::ranges::any_of(foreign, [&](const Foreign& one) {
        return std::regex_search(key, std::regex{std::string{one.key}});
    });
}

json without_names(const json& value) {
    if (value.is_array() || value.is_object()) {
        json kept = value.is_array() ? json::array() : json::object();
        for (const auto& [key, inner] : value.items()) {
            if (is_a_name(inner)) continue;
            if (value.is_array()) kept.push_back(without_names(inner));
            if (value.is_object()) kept[key] = without_names(inner);
        }
        return kept;
    }
    return value;
}

struct Score {
    int stated = 0, found = 0;
    std::map<std::string_view, int> excused;
};

void compare(Score& score, const json& vector, const json& claims) {
    std::vector<std::string> fewest;
    std::size_t all = 0;
    bool first = true;
    for (const std::string& frame : frames_of(vector)) {
        for (const char* const profile : {"standard", "tracker-gps51"}) {
            const auto line = server::tools::decode_line(frame, *find_profile(profile));
            REQUIRE(line);
            std::vector<Leaf> stated;
            add_statements(stated, without_names(claims), "", line->json);
            std::erase_if(stated, [](const Leaf& one) { return is_foreign(one.path); });
            const auto printed = printed_leaves(json::parse(line->json));
            auto missing = Matching{stated, printed}.not_found();
            all = stated.size();
            if (first || missing.size() < fewest.size()) fewest = std::move(missing);
            first = false;
        }
    }
    score.stated += static_cast<int>(all);
    score.found += static_cast<int>(all - fewest.size());
    const std::string message = vector.value("msg_id", "");
    for (const std::string& key : fewest) {
        const auto reason = reason_for(message, key);
        INFO(vector["id"] << ' ' << message << ' ' << key);
        CHECK_FALSE(reason.empty());
        ++score.excused[reason];
    }
}

}  // namespace

TEST_CASE(
    "every value that publishers state of a frame is printed, or its exception has a reason") {
    const auto path = test::shared_file("vectors/jt808_open.jsonl");
    if (!path) return test::skip("no published JT/T 808 frames here");
    Score score;
    std::ifstream in{*path};
    for (std::string text; std::getline(in, text);) {
        const json vector = json::parse(text);
        if (!vector["kind"].get<std::string>().starts_with("jt808/")) continue;
        const bool good = vector.value("checksum_ok", true) && vector.value("length_ok", true);
        if (!good) continue;
        for (const json& expected : vector["expect"]) {
            for (const char* const kind : {"json", "fields", "asserts"}) {
                if (expected.contains(kind)) compare(score, vector, expected[kind]);
            }
        }
    }
    std::cout << "stated values printed: " << score.found << " of " << score.stated << '\n';
    for (const auto& [reason, count] : score.excused)
        std::cout << "  " << count << " not: " << reason << '\n';
    CHECK(score.found > 3000);
}
