"""A log that never holds client content: no link, no form field, no message of an exception."""

import logging
import re


class NoClientContent(logging.Filter):
    """Cuts tokens of links and anything a form carried out of log lines."""

    _token = re.compile(r"/c/(?:(?:me/)?letter/|me/)?[^\s/?]+")

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record in place and always keeps it."""
        record.msg = self._token.sub("/c/…", str(record.getMessage()))
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            kind = type(record.exc_info[1]).__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"
            record.msg += f" [{kind} at {where}]"
            record.exc_info, record.exc_text = None, None
        if hasattr(record, "request"):
            del record.request
        return True
