// Labels of containers, printed and looked at by other people's programs.
#include "print/label.hpp"

#include "tests/support/pdf.hpp"

#include <algorithm>
#include <chrono>
namespace {

using namespace liuhen;
using namespace liuhen::print;
using namespace liuhen::test;

const Typeface& typeface() {
    static const Typeface one;
    return one;
}
const Instant morning = *parse_iso("2026-11-21T08:00:00+08:00");
const std::string tag = "91331125XTRACK001R900041492026112100000042";

Label paint_tin(LabelSize size = LabelSize::small) {
    Label label;
    label.size = size;
    label.waste_name = "废油漆桶";
    label.category = "HW49";
    label.code = "900-041-49";
    label.hazards = {"T", "In"};
    label.form = manifest::Form::solid;
    label.components = "铁、残留醇酸树脂漆";
    label.harmful_components = "二甲苯";
    label.precautions = "远离火源，防止泄漏";
    label.tag_id = tag;
    label.unit = "丽水青田表面处理有限公司";
    label.contact = "章小明";
    label.phone = "13805781234";
    label.produced_on = "2026-11-21";
    label.weight = Grams{182'500};
    label.note = "第三车间";
    label.qr = tag;
    return label;
}

std::string printed(const std::vector<Label>& labels) {
    const auto file = label_pdf(typeface(), labels, morning);
    REQUIRE(file);
    return *file;
}
std::string printed(const Label& label) { return printed(std::vector{label}); }

// Height of the ink of one character, the only one in the value of its field, in millimetres.
double ink_of(const Pdf& pdf, const std::string& character) {
    constexpr int dpi = 600;
    const auto words = pdf.words();
    const auto word = std::ranges::find(words, character, &Word::text);
    REQUIRE(word != words.end());
    const Picture page = pdf.picture(1, dpi);
    const auto dot = [](double mm) { return static_cast<std::size_t>(mm / 25.4 * dpi); };
    std::size_t first = page.height, last = 0;
    for (std::size_t y = dot(word->top); y < dot(word->bottom); ++y) {
        for (std::size_t x = dot(word->left); x < dot(word->right); ++x) {
            if (page.at(x, y)[0] > 128) continue;  // ground
            first = std::min(first, y);
            last = std::max(last, y);
        }
    }
    return static_cast<double>(last - first + 1) * 25.4 / dpi;
}

// MiB that the process held at most since this was asked last.
long peak_memory() {
    std::ifstream status{"/proc/self/status"};
    long kib = 0;
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) kib = std::stol(line.substr(6));
    std::ofstream{"/proc/self/clear_refs"} << "5";  // the peak begins anew
    return kib / 1'024;
}

constexpr std::array all_sizes{LabelSize::small, LabelSize::medium, LabelSize::large};

// Dots of a colour in the box of hazards.
int dots_of(const std::vector<std::string>& hazards, const std::array<int, 3>& colour) {
    Label label = paint_tin();
    label.hazards = hazards;
    const Pdf pdf{printed(label)};
    const auto words = pdf.words();
    const auto head = std::ranges::find(words, "危险特性", &Word::text);
    REQUIRE(head != words.end());
    constexpr int dpi = 200;
    const Picture page = pdf.picture(1, dpi);
    const auto dot = [](double mm) { return static_cast<std::size_t>(mm / 25.4 * dpi); };
    int found = 0;
    for (std::size_t y = dot(head->bottom); y < dot(head->bottom + 13); ++y)
        for (std::size_t x = dot(64); x < dot(95); ++x) found += page.at(x, y) == colour ? 1 : 0;
    return found;
}

TEST_CASE("each hazard has its sign, and infectious waste only its name") {
    constexpr std::array white{255, 255, 255}, red{255, 0, 0}, yellow{255, 255, 0};
    CHECK(dots_of({"In"}, white) == 0);
    CHECK(dots_of({}, white) == 0);
    const int toxic = dots_of({"T"}, white);
    const int corrosive = dots_of({"C"}, white);
    CHECK(toxic > 1'000);
    CHECK(corrosive > 500);
    CHECK(corrosive < toxic);  // its lower half is black
    CHECK(dots_of({"I"}, red) > 1'000);
    CHECK(dots_of({"R"}, yellow) > 1'000);
    for (const auto& none : {red, yellow}) CHECK(dots_of({"T", "C", "In"}, none) == 0);
    // Each once, and all of them beside one another.
    const std::vector<std::string> all{"T", "C", "I", "R", "In", "T"};
    for (const auto& one : {white, red, yellow}) CHECK(dots_of(all, one) > 200);
    Label label = paint_tin();
    label.hazards = {"T", "C", "I", "R"};
    CHECK(Pdf{printed(label)}.text().find("T、C、I、R") != std::string::npos);
    label.hazards = {"T", "C"};
    CHECK(Pdf{printed(label)}.text().find("毒性T、腐蚀性C") != std::string::npos);
}

TEST_CASE("what a container holds decides how large its label is") {
    CHECK(label_size(0.5) == LabelSize::small);
    CHECK(label_size(50) == LabelSize::small);
    CHECK(label_size(50.1) == LabelSize::medium);
    CHECK(label_size(450) == LabelSize::medium);
    CHECK(label_size(450.1) == LabelSize::large);
    CHECK(label_size(1'000) == LabelSize::large);
}

TEST_CASE("a label's page is as wide and high as the standard asks") {
    const std::vector labels{paint_tin(LabelSize::large), paint_tin(LabelSize::small),
                             paint_tin(LabelSize::medium)};
    const Pdf pdf{printed(labels)};
    REQUIRE(pdf.pages() == 3);
    const std::array expected{200.0, 100.0, 150.0};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto [width, height] = pdf.size(i + 1);
        CHECK(width == Approx(expected.at(i)).margin(0.05));
        CHECK(height == Approx(expected.at(i)).margin(0.05));
    }
}

TEST_CASE("text on a label is as high as the standard asks, even where it is shrunk") {
    const std::array least{3.0, 5.0, 6.0};
    for (const LabelSize size : all_sizes) {
        Label label = paint_tin(size);
        label.note = "国";
        CHECK(ink_of(Pdf{printed(label)}, "国") >= least.at(static_cast<std::size_t>(size)));
    }
}

TEST_CASE("a label is black on orange, its code on white") {
    const Picture page = Pdf{printed(paint_tin())}.picture();
    CHECK(page.at(2, 2) == std::array{255, 150, 0});
    CHECK(page.at(page.width - 3, page.height - 3) == std::array{255, 150, 0});
    const std::size_t border = page.width * 35 / 1'000;  // 3 mm blank, then 1 mm of black
    CHECK(page.at(border, page.height / 2) == std::array{0, 0, 0});
    std::size_t white = 0;
    for (std::size_t y = 0; y < page.height; ++y)
        for (std::size_t x = 0; x < page.width; ++x)
            if (page.at(x, y) == std::array{255, 255, 255}) ++white;
    CHECK(white > page.width * page.height / 50);
}

TEST_CASE("the code on a label is read back by a decoder at every size") {
    for (const LabelSize size : all_sizes) {
        Label label = paint_tin(size);
        CHECK(Pdf{printed(label)}.codes() == tag + "\n");
        label.qr = "https://liuhen.example.cn/c/" + std::string(longest_label_qr - 28, 'x');
        CHECK(Pdf{printed(label)}.codes() == label.qr + "\n");
    }
}

TEST_CASE("everything on a label of any size is found as text") {
    const LabelSize size = GENERATE(LabelSize::small, LabelSize::medium, LabelSize::large);
    const std::string text = Pdf{printed(paint_tin(size))}.text();
    for (const char* part : {"危险废物",
                             "废物名称",
                             "废油漆桶",
                             "废物类别",
                             "HW49",
                             "废物代码",
                             "900-041-49",
                             "废物形态",
                             "固态",
                             "主要成分",
                             "铁、残留醇酸树脂漆",
                             "有害成分",
                             "二甲苯",
                             "注意事项",
                             "远离火源，防止泄漏",
                             "危险特性",
                             "毒性T、感染性In",
                             "数字识别码",
                             "产生/收集单位",
                             "丽水青田表面处理有限公司",
                             "联系人和联系方式",
                             "章小明13805781234",
                             "产生日期",
                             "2026-11-21",
                             "废物重量",
                             "182.5kg",
                             "备注",
                             "第三车间"}) {
        INFO(part);
        CHECK(text.find(part) != std::string::npos);
    }
    CHECK(text.find(tag) != std::string::npos);
}

TEST_CASE("the one font of a label is embedded as a subset with its Unicode") {
    std::istringstream rows{Pdf{printed(paint_tin())}.fonts()};
    const std::regex row{R"(\w{6}\+WenQuanYi\w*\s+(CID )?TrueType\s+\S+\s+yes yes yes .*)"};
    int count = 0;
    for (std::string line; std::getline(rows, line); ++count) {
        INFO(line);
        if (count >= 2) CHECK(std::regex_match(line, row));  // after the heads
    }
    CHECK(count == 4);  // one subset of Chinese, one of Latin characters
}

TEST_CASE("long values wrap, shrink and are cut, and stay in their places on the label") {
    for (const LabelSize size : all_sizes) {
        for (const char* piece : {"永嘉瓯江环境科技", "W", "abc def ", "9999999999"}) {
            for (const int times : {5, 1'000}) {
                std::string value;
                for (int i = 0; i < times; ++i) value += piece;
                Label label = paint_tin(size);
                label.waste_name = label.category = label.code = label.components =
                    label.harmful_components = label.precautions = label.tag_id = label.unit =
                        label.contact = label.produced_on = label.note = value;
                label.hazards = {value, value};
                const Pdf pdf{printed(label)};
                const auto words = pdf.words();
                INFO(piece << " x " << times << " at " << side_of(size));
                CHECK(overlapping(words) == "");
                for (const Word& word : words) {
                    CHECK(word.left >= 3.9);
                    CHECK(word.top >= 3.9);
                    CHECK(word.right <= side_of(size) - 3.9);
                    CHECK(word.bottom <= side_of(size) - 3.9);
                }
            }
        }
    }
}

TEST_CASE("hostile text is printed as text and does nothing") {
    Label label = paint_tin();
    label.waste_name = "<b>x</b>&amp;<span";
    label.unit = std::string("甲\0乙\x1b[2J\u202e丙", 17);
    label.note = "%s %n (Tj) \\";
    const Pdf pdf{printed(label)};
    const std::string text = pdf.text();
    CHECK(text.find("<b>x</b>&amp;<span") != std::string::npos);
    CHECK(text.find("%s%n(Tj)\\") != std::string::npos);
    CHECK(text.find("甲") != std::string::npos);
    CHECK(text.find("\x1b") == std::string::npos);
    CHECK(text.find("\u202e") == std::string::npos);
    CHECK(overlapping(pdf.words()) == "");
    CHECK(pdf.codes() == tag + "\n");
}

// Cairo takes none of them, and with one of them nothing of the file.
TEST_CASE("what is no character to Unicode keeps no label from being printed") {
    std::vector<Label> labels;
    for (const char* none : {"\ufffe", "\uffff", "\ufdd0", "\ufdef", "\U0001fffe", "\U0010ffff"}) {
        labels.push_back(paint_tin());
        Label& label = labels.back();
        label.waste_name = label.components = label.unit = label.note = "甲" + std::string{none};
    }
    CHECK(Pdf{printed(labels)}.text().find("甲\uFFFD") != std::string::npos);
}

TEST_CASE("characters that the font lacks stand in boxes with their numbers, in their place") {
    Label label = paint_tin();
    label.components = "😀👩\u200d👩\u200d👧 𠮷";
    label.harmful_components = "שלום مرحبا";
    const Pdf pdf{printed(label)};
    CHECK(pdf.text().find("01F600") != std::string::npos);
    for (const Word& word : pdf.words()) CHECK(word.right <= 96.1);
}

TEST_CASE("equal labels give equal bytes, whenever and wherever they are printed") {
    const std::string first = printed(paint_tin());
    setenv("LANG", "ar_EG.UTF-8", 1);
    setenv("TZ", "America/New_York", 1);
    setenv("FONTCONFIG_FILE", "/dev/null", 1);
    CHECK(printed(paint_tin()) == first);
    const std::vector later{paint_tin()};
    CHECK(*label_pdf(typeface(), later, morning + std::chrono::seconds{1}) != first);
    CHECK(Pdf{first}.info().find("CreationDate") != std::string::npos);
}

TEST_CASE("a thousand labels take bounded time and memory") {
    std::vector<Label> labels;
    for (int i = 0; i < 1'000; ++i) {
        labels.push_back(paint_tin(all_sizes.at(static_cast<std::size_t>(i % 3))));
        labels.back().tag_id.replace(34, 8, std::to_string(10'000'000 + i));
        labels.back().qr = labels.back().tag_id;
    }
    peak_memory();
    const long before = peak_memory();
    const auto began = std::chrono::steady_clock::now();
    const std::string file = printed(labels);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const long grown = peak_memory() - before;
    INFO(took.count() << " s, " << file.size() / 1'024 << " KiB, " << grown << " MiB");
    CHECK(grown < 100);
    CHECK(took.count() < 60);
    CHECK(file.size() < 20 << 20);
    const Pdf pdf{file};
    CHECK(pdf.pages() == 1'000);
    CHECK(pdf.codes(1'000) == labels.back().qr + "\n");
}

TEST_CASE("no label, too many labels, or a code that no telephone reads: nothing is printed") {
    const auto fault_of = [](const std::vector<Label>& labels) {
        const auto file = label_pdf(typeface(), labels, morning);
        REQUIRE_FALSE(file);
        return file.error();
    };
    CHECK(fault_of({}) == Unprintable::nothing);
    CHECK(fault_of(std::vector(most_labels + 1, paint_tin())) == Unprintable::too_many);
    Label label = paint_tin();
    label.qr = std::string(longest_label_qr + 1, 'x');
    CHECK(fault_of({label}) == Unprintable::qr_too_long);
    label.qr.clear();
    CHECK(fault_of({paint_tin(), label}) == Unprintable::qr_too_long);
}

TEST_CASE("a machine without the font is told which file it lacks") {
    CHECK_THROWS_WITH(Typeface{"/nowhere/font.ttc"}, Catch::Contains("/nowhere/font.ttc"));
}

}  // namespace
