// The manifest on paper, printed and looked at by other people's programs.
#include "print/manifest_form.hpp"

#include "tests/support/full_manifest.hpp"
#include "tests/support/pdf.hpp"

#include <algorithm>

namespace {

using namespace liuhen;
using namespace liuhen::print;
using namespace liuhen::test;
using manifest::Manifest;
using manifest::State;

const Typeface& typeface() {
    static const Typeface one;
    return one;
}
const Imprint imprint{
    "https://liuhen.example.cn/v1/manifests/01935000-0000-7000-8000-000000000001"
    "/versions/12#no=20263311000017&sha256="
    "1d01a1de6135819caecd132db360c24303e87d79cc73ec73620aa62718a67e3a",
    at_hour(16)};

std::string printed(const Manifest& m) {
    const auto file = manifest_pdf(typeface(), m, imprint);
    REQUIRE(file);
    return *file;
}

void check_holds(const std::string& text, std::initializer_list<const char*> parts) {
    for (const char* part : parts) {
        INFO(part);
        CHECK(text.find(part) != std::string::npos);
    }
}

// Nothing lies on anything else, and nothing goes beyond the body of its page.
void check_geometry(const Pdf& pdf) {
    const auto words = pdf.words();
    CHECK(overlapping(words) == "");
    for (const Word& word : words) {
        INFO(word.text << " on page " << word.page);
        CHECK(word.left >= 11.9);
        CHECK(word.right <= 198.1);
        CHECK(word.top >= 11.9);
        CHECK(word.bottom <= 289);
    }
}

TEST_CASE("a printed manifest is A4, with one embedded font") {
    const Pdf pdf{printed(full_manifest())};
    const auto [width, height] = pdf.size();
    CHECK(width == Approx(210).margin(0.05));
    CHECK(height == Approx(297).margin(0.05));
    const std::regex font{R"(\+WenQuanYi\w*\s+CID TrueType\s+Identity-H\s+yes yes yes)"};
    CHECK(std::regex_search(pdf.fonts(), font));
}

TEST_CASE("every part of a manifest is found in its print") {
    const Manifest m = full_manifest();
    const Pdf pdf{printed(m)};
    const std::string text = pdf.text();
    check_holds(text, {"危险废物转移联单", "20263311000017", "已接受", "第12版", "市内转移",
                       "ZJ-0017", "2025"});
    check_holds(text, {"移出人", "丽水青田表面处理有限公司", "91331125XTRACK001R", "章小明",
                       "13805781234", "0578-6801234", "331121-2026-001-L", "HT-2026-001"});
    check_holds(text, {"废油漆桶1", "HW49900-041-49", "毒性T、感染性In", "固态", "桶装、4件",
                       "UN3077/9/III", "处置D10", "1000", "998.5", "铁、残留漆",
                       "远离火源；泄漏时用沙土覆盖", "第三车间"});
    check_holds(text, {"瓯江运输1队", "331100000123", "公路", "YD202611211", "浙K12341", "黄色",
                       "浙K123挂", "李大山", "3311**********001X", "王小河", "LOCK-7、LOCK-8",
                       "F0001", "青田油竹", "莲都码头", "船寮、石帆", "2026-11-2110:00:00"});
    check_holds(text, {"西山危废焚烧中心", "3311000002", "997.25", "997.249", "0.001",
                       "数量少一公斤", "毛重12998.5", "净重998.5", "地磅SC-77"});
    check_holds(text, {"移出人签字", "装车签字", "zhang", "2026-11-2109:00:00", "承运人签字",
                       "接受人签字", "部分接受", "xu", "签字记录"});
    check_geometry(pdf);
}

TEST_CASE("the title names the kind of waste") {
    Manifest m = full_manifest();
    m.kind = manifest::Kind::medical;
    CHECK(Pdf{printed(m)}.text(1).starts_with("医疗废物转移联单"));
    m.kind = manifest::Kind::sludge;
    CHECK(Pdf{printed(m)}.text(1).starts_with("污泥转移联单"));
}

TEST_CASE("the code on a manifest is read back by a decoder") {
    const Pdf pdf{printed(full_manifest())};
    CHECK(pdf.codes() == imprint.url + "\n");
    Imprint longest = imprint;
    longest.url.resize(longest_manifest_qr, 'f');
    const auto file = manifest_pdf(typeface(), full_manifest(), longest);
    REQUIRE(file);
    CHECK(Pdf{*file}.codes() == longest.url + "\n");
}

TEST_CASE("twenty lines and five legs go on overleaf, each page with its number") {
    const Manifest m = full_manifest(manifest::max_lines, manifest::max_legs);
    const Pdf pdf{printed(m)};
    const std::size_t pages = pdf.pages();
    REQUIRE(pages >= 3);
    for (std::size_t page = 1; page <= pages; ++page) {
        const std::string text = pdf.text(page);
        check_holds(text, {"联单编号20263311000017第12版"});
        CHECK(text.ends_with("第" + std::to_string(page) + "页，共" + std::to_string(pages) +
                             "页（page" + std::to_string(page) + "of" + std::to_string(pages) +
                             "）"));
    }
    const std::string text = pdf.text();
    for (int i = 1; i <= 20; ++i) {
        const std::string name = "废油漆桶" + std::to_string(i) + "HW49";
        INFO(name);
        CHECK(text.find(name) != std::string::npos);
    }
    for (int i = 1; i <= 5; ++i)
        CHECK(text.find("瓯江运输" + std::to_string(i) + "队") != std::string::npos);
    check_geometry(pdf);
}

TEST_CASE("a table that goes on overleaf begins there with its heads") {
    const Pdf pdf{printed(full_manifest(manifest::max_lines, 1))};
    for (std::size_t page = 2; page <= pdf.pages(); ++page) {
        const std::string text = pdf.text(page);
        const auto line = text.find("HW49900-041-49");
        if (line != std::string::npos) CHECK(text.find("类别与代码") < line);
    }
    CHECK(pdf.text(2).starts_with("序号"));
}

TEST_CASE("what does not count is marked across each of its pages") {
    Manifest m = full_manifest(manifest::max_lines, 2);
    const auto mark_on_every_page = [&m](const std::string& mark) {
        const Pdf pdf{printed(m)};
        std::size_t marked = 0;
        for (std::size_t page = 1; page <= pdf.pages(); ++page)
            if (pdf.text(page).find(mark) != std::string::npos) ++marked;
        return marked == pdf.pages();
    };
    CHECK_FALSE(mark_on_every_page("VOIDED"));
    m.state = State::voided;
    m.void_reason = manifest::Reason{"OTHER", "填错了接受人"};
    CHECK(mark_on_every_page("VOIDED"));
    CHECK(Pdf{printed(m)}.text().find("填错了接受人") != std::string::npos);
    CHECK(Pdf{printed(m)}.codes() == imprint.url + "\n");
    m.state = State::draft;
    CHECK(mark_on_every_page("DRAFT"));
    CHECK_FALSE(mark_on_every_page("VOIDED"));
}

TEST_CASE("an empty draft is printed too") {
    Manifest m;
    m.version = 1;
    const Pdf pdf{printed(m)};
    CHECK(pdf.pages() == 1);
    check_holds(pdf.text(), {"（未编号）", "草稿"});
}

TEST_CASE("equal manifests give equal bytes, and another version others") {
    const std::string first = printed(full_manifest(20, 5));
    CHECK(printed(full_manifest(20, 5)) == first);
    Imprint later = imprint;
    later.at += std::chrono::seconds{1};
    CHECK(*manifest_pdf(typeface(), full_manifest(20, 5), later) != first);
    Manifest other = full_manifest(20, 5);
    ++other.version;
    CHECK(printed(other) != first);
}

TEST_CASE("texts of any length and content stay in their cells") {
    std::string endless;
    for (int i = 0; i < 10'000; ++i) endless += "废";
    for (const std::string& hostile :
         {endless, std::string(10'000, 'W'), std::string("<b>x</b>&amp;<span"),
          std::string("甲\0乙\x1b[2J\u202e丙", 17)}) {
        Manifest m = full_manifest(2, 1);
        m.lines[0].waste_name = m.lines[0].taboos = m.lines[1].difference_text = m.producer.name =
            m.producer.address = m.legs[0].carrier.name = m.legs[0].plate = m.legs[0].driver.name =
                m.receiver.contact = m.signatures[0].user = hostile;
        m.lines[1].hazards = {hostile};
        const Pdf pdf{printed(m)};
        INFO(hostile.substr(0, 20));
        check_geometry(pdf);
        CHECK(pdf.codes() == imprint.url + "\n");
        CHECK(pdf.text().find("\u202e") == std::string::npos);
        if (hostile.starts_with("<b>")) CHECK(pdf.text().find(hostile) != std::string::npos);
    }
}

TEST_CASE("no code, or one that no telephone reads: no manifest is printed") {
    const auto fault_of = [](std::string url) {
        const auto file = manifest_pdf(typeface(), full_manifest(), {std::move(url), at_hour(1)});
        REQUIRE_FALSE(file);
        return file.error();
    };
    CHECK(fault_of("") == Unprintable::qr_too_long);
    CHECK(fault_of(std::string(longest_manifest_qr + 1, 'x')) == Unprintable::qr_too_long);
}

TEST_CASE("a print whose code opens a page says until when") {
    CHECK(Pdf{printed(full_manifest())}.text().find("二维码有效至") == std::string::npos);
    Imprint opens = imprint;
    opens.opens_until = at_hour(40);
    const Pdf pdf{manifest_pdf(typeface(), full_manifest(), opens).value()};
    check_holds(pdf.text(1), {"二维码有效至2026-11-2216:00:00"});
    check_geometry(pdf);
}

}  // namespace
