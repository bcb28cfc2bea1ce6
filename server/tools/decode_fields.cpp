#include "server/tools/decode_fields.hpp"

#include "telematics/text.hpp"

namespace liuhen::server::tools {

using namespace telematics;
using namespace telematics::jtt808;

std::string FieldPrinter::hex(ByteView bytes) { return to_hex(bytes); }

// The bytes always; name and value beside them where the standard's table knows the id.
FieldPrinter::Json FieldPrinter::parameter(const Parameter& parameter) {
    FieldPrinter printer{nullptr};
    printer.bits("id", parameter.id);
    const ParameterKind* const kind = find_parameter(parameter.id);
    if (kind != nullptr) {
        printer.put("name", kind->name);
        const auto number = number_in(parameter);
        if (kind->form == ParameterForm::text) printer.text("value", text_of(parameter.value));
        if (kind->form == ParameterForm::number && number) printer.number("value", *number);
        if (kind->form == ParameterForm::bits) {
            printer.put("value", "0x" + to_hex(parameter.value));
        }
    }
    for (const ParameterField& field : parameter_fields(parameter)) {
        const ByteView part = ByteView{parameter.value}.subspan(field.at, field.width);
        const auto number = number_in({parameter.id, {part.begin(), part.end()}});
        printer.put(field.name, field.form == ParameterForm::bits ? Json("0x" + to_hex(part))
                                                                  : Json(number.value_or(0)));
    }
    printer.bytes("raw", parameter.value);
    return printer.finish();
}

}  // namespace liuhen::server::tools
