#include "print/paper.hpp"

#include <cairo-pdf.h>
#include <cmath>
#include <numbers>
#include <pango/pangocairo.h>
#include <stdexcept>

#include "print/text.hpp"

namespace liuhen::print {
namespace {

constexpr double points_in_mm = 72 / 25.4;
constexpr double smaller = 0.95;  // each try, until the text fits
constexpr double hair = 0.01;     // millimetres that are no overflow

double points(double mm) { return mm * points_in_mm; }
double mm_of(int pango_units) { return pango_units / (points_in_mm * PANGO_SCALE); }
int pango_units(double mm) { return static_cast<int>(std::lround(points(mm) * PANGO_SCALE)); }

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
}

double height(PangoLayout* layout) {
    int high = 0;
    pango_layout_get_size(layout, nullptr, &high);
    return mm_of(high);
}

// Everything that would follow the machine's settings is said here.
Object<PangoContext> context_of(PangoFontMap* fonts) {
    Object<PangoContext> context{pango_font_map_create_context(fonts)};
    pango_context_set_language(context.get(), pango_language_from_string("zh-cn"));
    pango_context_set_base_dir(context.get(), PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(context.get(), FALSE);
    pango_cairo_context_set_resolution(context.get(), 72);
    cairo_font_options_t* const options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context.get(), options);
    cairo_font_options_destroy(options);
    return context;
}

PangoAlignment pango_of(Align align) {
    switch (align) {
        case Align::left:
            return PANGO_ALIGN_LEFT;
        case Align::centre:
            return PANGO_ALIGN_CENTER;
        case Align::right:
            return PANGO_ALIGN_RIGHT;
    }
    return PANGO_ALIGN_LEFT;
}

}  // namespace

Paper::Paper(const Typeface& typeface, Size page, const std::string& title, Instant at)
    : bytes_(std::make_unique<std::string>()),
      fonts_(typeface.fonts().map()),
      context_(context_of(fonts_.get())),
      surface_(cairo_pdf_surface_create_for_stream(append, bytes_.get(), points(page.width),
                                                   points(page.height))) {
    const std::string when = to_iso(std::chrono::floor<std::chrono::seconds>(at));
    cairo_pdf_surface_restrict_to_version(surface_.get(), CAIRO_PDF_VERSION_1_5);
    const auto say = [this](cairo_pdf_metadata_t what, const std::string& text) {
        cairo_pdf_surface_set_metadata(surface_.get(), what, text.c_str());
    };
    say(CAIRO_PDF_METADATA_TITLE, printable(title));
    say(CAIRO_PDF_METADATA_CREATOR, "Liuhen");
    say(CAIRO_PDF_METADATA_CREATE_DATE, when);
    say(CAIRO_PDF_METADATA_MOD_DATE, when);
    pen_.reset(cairo_create(surface_.get()));
}

void Paper::next_page(Size page) {
    cairo_show_page(pen_.get());
    cairo_pdf_surface_set_size(surface_.get(), points(page.width), points(page.height));
}

Object<PangoLayout> Paper::lay_out(std::string_view text, double width, double size) const {
    Object<PangoLayout> layout{pango_layout_new(context_.get())};
    PangoFontDescription* const font = pango_font_description_new();
    pango_font_description_set_family_static(font, Typeface::family);
    pango_font_description_set_absolute_size(font, pango_units(size));
    pango_layout_set_font_description(layout.get(), font);
    pango_font_description_free(font);
    pango_layout_set_auto_dir(layout.get(), FALSE);
    pango_layout_set_width(layout.get(), pango_units(width));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    return layout;
}

double Paper::height_of(std::string_view text, double width, double size) {
    return height(lay_out(printable(text), width, size).get());
}

// As large as fits; cut at the least size.
Object<PangoLayout> Paper::fitted(const std::string& text, const Box& box,
                                  const Style& style) const {
    double size = style.size;
    for (; size > style.least; size *= smaller) {
        auto layout = lay_out(text, box.width, size);
        if (height(layout.get()) <= box.height + hair) return layout;
    }
    auto layout = lay_out(text, box.width, style.least);
    if (height(layout.get()) <= box.height + hair) return layout;
    pango_layout_set_height(layout.get(), pango_units(box.height));
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    return layout;
}

void Paper::use(Colour colour) {
    cairo_set_source_rgb(pen_.get(), colour.red, colour.green, colour.blue);
}

void Paper::write(const Box& box, std::string_view text, const Style& style) {
    if (text.empty()) return;
    const auto layout = fitted(printable(text), box, style);
    pango_layout_set_alignment(layout.get(), pango_of(style.align));
    const double above = std::max(0.0, (box.height - height(layout.get())) / 2);
    cairo_save(pen_.get());
    cairo_rectangle(pen_.get(), points(box.x), points(box.y), points(box.width),
                    points(box.height));
    cairo_clip(pen_.get());
    use(style.colour);
    cairo_move_to(pen_.get(), points(box.x), points(box.y + above));
    pango_cairo_show_layout(pen_.get(), layout.get());
    cairo_restore(pen_.get());
}

void Paper::fill(const Box& box, Colour colour) {
    use(colour);
    cairo_rectangle(pen_.get(), points(box.x), points(box.y), points(box.width),
                    points(box.height));
    cairo_fill(pen_.get());
}

void Paper::frame(const Box& box, double line) {
    const Box middle = box.inset(line / 2);
    use(black);
    cairo_set_line_width(pen_.get(), points(line));
    cairo_rectangle(pen_.get(), points(middle.x), points(middle.y), points(middle.width),
                    points(middle.height));
    cairo_stroke(pen_.get());
}

void Paper::draw(const Box& box, const Shape& shape) {
    const auto x = [&box](const Point& at) { return points(box.x + box.width * at.x / 100); };
    const auto y = [&box](const Point& at) { return points(box.y + box.height * at.y / 100); };
    cairo_t* const pen = pen_.get();
    use(shape.colour);
    for (const auto& [kind, end, first, second] : shape.outline) {
        if (kind == Step::Kind::move) cairo_move_to(pen, x(end), y(end));
        if (kind == Step::Kind::line) cairo_line_to(pen, x(end), y(end));
        if (kind == Step::Kind::curve)
            cairo_curve_to(pen, x(first), y(first), x(second), y(second), x(end), y(end));
    }
    cairo_close_path(pen);
    cairo_fill(pen);
}

void Paper::draw(const Box& box, const QrCode& code) {
    const double side = std::min(box.width, box.height);
    const Box square{box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side};
    fill(square, white);
    const double module = side / static_cast<double>(code.side + 2 * quiet_modules);
    use(black);
    for (std::size_t row = 0; row < code.side; ++row) {
        const double y = square.y + module * static_cast<double>(row + quiet_modules);
        for (std::size_t column = 0; column < code.side; ++column) {
            if (!code.at(row, column)) continue;
            const double x = square.x + module * static_cast<double>(column + quiet_modules);
            cairo_rectangle(pen_.get(), points(x), points(y), points(module), points(module));
        }
    }
    cairo_fill(pen_.get());  // in one piece, so that no seams show between modules
}

void Paper::write_across(Size page, std::string_view text, double size, Colour colour) {
    const double wide = std::hypot(page.width, page.height);
    const auto layout = lay_out(printable(text), wide, size);
    pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER);
    cairo_save(pen_.get());
    cairo_translate(pen_.get(), points(page.width / 2), points(page.height / 2));
    cairo_rotate(pen_.get(), -std::atan2(page.height, page.width));
    use(colour);
    cairo_move_to(pen_.get(), points(-wide / 2), points(-height(layout.get()) / 2));
    pango_cairo_show_layout(pen_.get(), layout.get());
    cairo_restore(pen_.get());
}

std::string Paper::finish() {
    cairo_show_page(pen_.get());
    const auto drawn = cairo_status(pen_.get());
    pen_.reset();
    cairo_surface_finish(surface_.get());
    const auto written = cairo_surface_status(surface_.get());
    for (const auto status : {drawn, written}) {
        if (status != CAIRO_STATUS_SUCCESS)
            throw std::runtime_error{std::string{"nothing was printed: "} +
                                     cairo_status_to_string(status)};
    }
    return std::move(*bytes_);
}

}  // namespace liuhen::print
