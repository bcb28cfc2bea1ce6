#include "print/manifest_form.hpp"

#include "print/flow.hpp"
#include "print/manifest_parts.hpp"
#include "print/words.hpp"

namespace liuhen::print {
namespace {

using manifest::Manifest;
using manifest::State;

constexpr Size a4{210, 297};
constexpr Flow::Body body{12, 12, 186, 280};
constexpr double foot_top = 282, foot_height = 6;
constexpr double title_height = 33, qr_side = 33;
constexpr double mark_size = 36;
constexpr Colour mark_colour{0.96, 0.82, 0.82};

// What is written across every page; empty for a manifest that counts.
std::string_view mark_of(State state) {
    if (state == State::voided) return "已作废 VOIDED";
    if (state == State::draft) return "草稿 DRAFT";
    return {};
}

std::string number_of(const Manifest& m) { return m.no.empty() ? "（未编号）" : m.no; }

std::string version_text(const Manifest& m) { return "第 " + std::to_string(m.version) + " 版"; }

// The title, the number and the QR code, at the top of the first page.
Block title_block(const Manifest& m, const QrCode& code, const Imprint& imprint) {
    const auto draw = [&m, &code, &imprint](Paper& paper, double y) {
        const double width = body.width - qr_side - 2;
        const auto write = [&](double from, double high, const std::string& text, double size) {
            paper.write({body.left, y + from, width, high}, text,
                        {size, size / 2, Align::left, black});
        };
        write(0, 11, std::string{manifest_title(m.kind)}, 7);
        write(12, 6, "联单编号：" + number_of(m), 4.2);
        write(19, 5, "状态：" + std::string{chinese(m.state)} + "　" + version_text(m), 3.4);
        write(25, 5, "本版时间：" + local_time(imprint.at) + "（北京时间，下同）", 3);
        if (imprint.opens_until)
            write(30, 3,
                  "扫码查验（30 分钟只读页面，每次留痕），二维码有效至 " +
                      local_time(imprint.opens_until),
                  2.6);
        paper.draw({body.left + body.width - qr_side, y, qr_side, qr_side}, code);
    };
    return {title_height, draw, true, 0};
}

void draw_foot(Paper& paper, const Manifest& m, std::size_t page, std::size_t pages) {
    const std::string numbers = std::to_string(page) + " 页，共 " + std::to_string(pages) + " 页";
    const Box foot{body.left, foot_top, body.width / 2, foot_height};
    paper.write(foot, "联单编号 " + number_of(m) + "　" + version_text(m),
                {2.6, 2, Align::left, black});
    paper.write(
        {foot.x + foot.width, foot.y, foot.width, foot.height},
        "第 " + numbers + "（page " + std::to_string(page) + " of " + std::to_string(pages) + "）",
        {2.6, 2, Align::right, black});
}

}  // namespace

Result<std::string, Unprintable> manifest_pdf(const Typeface& typeface, const Manifest& m,
                                              const Imprint& imprint) {
    const auto code =
        imprint.url.size() > longest_manifest_qr ? std::nullopt : qr_code(imprint.url);
    if (!code) return fail(Unprintable::qr_too_long);
    Paper paper{typeface, a4, std::string{manifest_title(m.kind)} + ' ' + m.no, imprint.at};
    Flow flow{paper, body};
    flow.add(title_block(m, *code, imprint));
    add_head(flow, m);
    add_sender(flow, m);
    add_carriage(flow, m);
    add_receipt(flow, m);
    add_signatures(flow, m);
    const auto pages = flow.pages();
    std::size_t from = 0;
    for (std::size_t page = 0; page < pages.size(); ++page) {
        if (page > 0) paper.next_page(a4);
        if (const auto mark = mark_of(m.state); !mark.empty())
            paper.write_across(a4, mark, mark_size, mark_colour);
        flow.draw(from, pages[page]);
        draw_foot(paper, m, page + 1, pages.size());
        from = pages[page];
    }
    return paper.finish();
}

}  // namespace liuhen::print
